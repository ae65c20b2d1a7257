using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync.Tests;

public sealed class CompletionTests
{
    private readonly TestWorld _world = new();

    [Fact]
    public void PacketsComeInOrderAndEachToOneThread()
    {
        const int Packets = 20_000;
        IoCompletionObject port = new(_world.Dispatcher, 0);
        int[] seen = new int[Packets];
        for (int w = 0; w < 8; w++)
        {
            _world.Start(t =>
            {
                ulong last = 0;
                while (_world.Wait(t, port.Removal, NtTimeout.Infinite) == NtStatus.Success && t.TakenPacket.Key != ulong.MaxValue)
                {
                    Assert.True(t.TakenPacket.Key >= last);
                    last = t.TakenPacket.Key;
                    Interlocked.Increment(ref seen[last]);
                }
                port.Post(ulong.MaxValue, 0, NtStatus.Success, 0);
            });
        }
        for (int i = 0; i < Packets; i++)
        {
            Assert.Equal(NtStatus.Success, port.Post((ulong)i, 1, NtStatus.Success, 2));
        }
        port.Post(ulong.MaxValue, 0, NtStatus.Success, 0);
        _world.Join();
        Assert.All(seen, count => Assert.Equal(1, count));
        Assert.Equal(1, port.Depth);
    }

    [Fact]
    public void ClosingThePortEndsRemovals()
    {
        IoCompletionObject port = new(_world.Dispatcher, 0);
        Assert.Equal(NtStatus.Success, _world.Process.Handles.Insert(port, 3, false, out Objects.Handle handle));
        NtThread waiter = _world.Start(t => Assert.Equal(NtStatus.AbandonedWait0, _world.Wait(t, port.Removal, NtTimeout.Infinite)));
        TestWorld.UntilParked(waiter);
        _world.Process.Handles.Close(handle);
        _world.Join();
    }

    [Fact]
    public void WaitingForThePortItselfTakesNothing()
    {
        IoCompletionObject port = new(_world.Dispatcher, 0);
        NtThread t = _world.NewThread();
        Assert.Equal(NtStatus.Timeout, _world.Wait(t, port, NtTimeout.Poll));
        port.Post(1, 2, NtStatus.Cancelled, 3);
        Assert.Equal(NtStatus.Success, _world.Wait(t, port, NtTimeout.Poll));
        Assert.Equal(1, port.Depth);
        Assert.Equal(NtStatus.Success, _world.Wait(t, port.Removal, NtTimeout.Poll));
        Assert.Equal((1ul, 2ul, 3ul), (t.TakenPacket.Key, t.TakenPacket.Value, t.TakenPacket.IoStatus.Information));
    }

    [Fact]
    public void KeyedEventsPairWaitersWithReleasers()
    {
        KeyedEventObject keyed = new();
        KeyedEventTable table = _world.Executive.KeyedEvents;
        NtThread waiter = _world.Start(t => Assert.Equal(NtStatus.Success, table.Meet(t, keyed, 8, false, false, NtTimeout.Infinite)));
        TestWorld.UntilParked(waiter);
        NtThread other = _world.NewThread();
        Assert.Equal(NtStatus.Timeout, table.Meet(other, keyed, 10, true, false, NtTimeout.Poll));
        Assert.Equal(NtStatus.Timeout, table.Meet(other, new KeyedEventObject(), 8, true, false, NtTimeout.Poll));
        Assert.Equal(NtStatus.Success, table.Meet(other, keyed, 8, true, false, NtTimeout.Poll));
        _world.Join();
        Assert.Equal(NtStatus.Timeout, table.Meet(other, keyed, 8, true, false, NtTimeout.Poll));
    }

    [Fact]
    public void HandleTableReturnsToWhereItBegan()
    {
        Random random = new(7);
        List<Objects.Handle> open = [];
        for (int i = 0; i < 5000; i++)
        {
            if (open.Count == 0 || random.Next(2) == 0)
            {
                Assert.Equal(NtStatus.Success, _world.Process.Handles.Insert(_world.NewEvent(false), 1, false, out Objects.Handle handle));
                open.Add(handle);
            }
            else
            {
                int index = random.Next(open.Count);
                Assert.Equal(NtStatus.Success, _world.Process.Handles.Close(open[index]));
                Assert.Equal(NtStatus.InvalidHandle, _world.Process.Handles.Close(open[index]));
                open.RemoveAt(index);
            }
        }
        Assert.Equal(open.Count, _world.Process.Handles.Count);
    }
}
