namespace PortableVirt.Emulation.Io.Disk;

/// <summary>An NtLockFile call that waits.</summary>
internal sealed class LockRequest(IoReply reply, ByteRangeLocks locks, ByteRangeLock wanted) : IoRequest(reply)
{
    /// <summary>The lock that it waits for.</summary>
    public ByteRangeLock Wanted { get; } = wanted;

    /// <inheritdoc/>
    protected override void OnCancel() => locks.Remove(this);
}
