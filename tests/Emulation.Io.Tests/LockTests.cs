using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class LockTests : IDisposable
{
    private readonly IoWorld _world = new();
    private readonly FileObject _first;
    private readonly FileObject _second;
    private readonly ByteRangeLocks _locks = new();

    public LockTests()
    {
        File.WriteAllText(Path.Combine(_world.Granted, "l"), "");
        _world.Create(_world.Dos("l"), FileDisposition.Open, out _first);
        _world.Create(_world.Dos("l"), FileDisposition.Open, out _second);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void ExclusiveLocksKeepOthersOut()
    {
        Assert.True(_locks.TryLock(Lock(_first, 10, 10, true)));
        Assert.False(_locks.TryLock(Lock(_second, 19, 1, false)));
        Assert.False(_locks.TryLock(Lock(_first, 10, 1, true)));
        Assert.True(_locks.TryLock(Lock(_second, 20, 1, true)));
        Assert.True(_locks.Forbids(_second, _world.Process, 0, 11, false));
        Assert.False(_locks.Forbids(_first, _world.Process, 0, 11, true));
        Assert.False(_locks.Forbids(_second, _world.Process, 0, 10, true));
    }

    [Fact]
    public void SharedLocksForbidWritesEvenToTheirOwner()
    {
        Assert.True(_locks.TryLock(Lock(_first, 0, 8, false)));
        Assert.True(_locks.TryLock(Lock(_second, 0, 8, false)));
        Assert.False(_locks.Forbids(_second, _world.Process, 0, 8, false));
        Assert.True(_locks.Forbids(_first, _world.Process, 0, 8, true));
    }

    [Fact]
    public void RangesMayReachTheEndOfNumbers()
    {
        Assert.True(_locks.TryLock(Lock(_first, ulong.MaxValue - 1, ulong.MaxValue, true)));
        Assert.True(_locks.Forbids(_second, _world.Process, ulong.MaxValue - 1, 1, false));
        Assert.False(_locks.Forbids(_second, _world.Process, 0, 100, true));
        Assert.False(_locks.TryUnlock(_first, _world.Process, 0, 0, 1));
        Assert.True(_locks.TryUnlock(_first, _world.Process, 0, ulong.MaxValue - 1, ulong.MaxValue));
    }

    [Fact]
    public void ClosingReleases()
    {
        Assert.True(_locks.TryLock(Lock(_first, 0, 1, true)));
        _locks.UnlockAll(_first, _world.Process);
        Assert.True(_locks.TryLock(Lock(_second, 0, 1, true)));
    }

    private ByteRangeLock Lock(FileObject file, ulong offset, ulong length, bool exclusive) => new(file, _world.Process, 0, offset, length, exclusive);
}
