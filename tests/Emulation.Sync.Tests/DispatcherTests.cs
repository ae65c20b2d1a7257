using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync.Tests;

public sealed class DispatcherTests
{
    private readonly TestWorld _world = new();

    [Fact]
    public void PollsDoNotBlock()
    {
        NtThread t = _world.NewThread();
        EventObject automatic = _world.NewEvent(false, true);
        Assert.Equal(NtStatus.Success, _world.Wait(t, automatic, NtTimeout.Poll));
        Assert.Equal(NtStatus.Timeout, _world.Wait(t, automatic, NtTimeout.Poll));
        Assert.Equal(NtStatus.Timeout, _world.Dispatcher.Wait(t, [], false, false, TestWorld.After(1)));
    }

    [Fact]
    public void SynchronizationEventsServeInArrivalOrder()
    {
        EventObject value = _world.NewEvent(false);
        List<int> order = [];
        NtThread[] threads = new NtThread[5];
        for (int i = 0; i < threads.Length; i++)
        {
            int number = i;
            threads[i] = _world.Start(t =>
            {
                _world.Wait(t, value, NtTimeout.Infinite);
                lock (order)
                {
                    order.Add(number);
                }
            });
            TestWorld.UntilParked(threads[i]);
        }
        for (int i = 0; i < threads.Length; i++)
        {
            value.Set();
            Assert.True(SpinWait.SpinUntil(() => { lock (order) { return order.Count == i + 1; } }, 10_000));
            Assert.False(value.IsSet);
        }
        _world.Join();
        Assert.Equal([0, 1, 2, 3, 4], order);
    }

    [Fact]
    public void NotificationEventsAndPulsesReleaseAll()
    {
        EventObject value = _world.NewEvent(true);
        NtThread[] threads = [.. Enumerable.Range(0, 4).Select(_ => _world.Start(t => Assert.Equal(NtStatus.Success, _world.Wait(t, value, NtTimeout.Infinite))))];
        TestWorld.UntilParked(threads);
        Assert.False(value.Pulse());
        _world.Join();
        Assert.False(value.IsSet);
    }

    [Fact]
    public void WaitAnyGivesTheIndexAndTakesOnlyThatObject()
    {
        NtThread t = _world.NewThread();
        EventObject[] events = [_world.NewEvent(false), _world.NewEvent(false, true), _world.NewEvent(false, true)];
        Assert.Equal(NtStatus.Wait0 + 1, _world.Dispatcher.Wait(t, events, false, false, NtTimeout.Poll));
        Assert.False(events[1].IsSet);
        Assert.True(events[2].IsSet);
    }

    [Fact]
    public void WaitAllTakesNothingUntilItCanTakeEverything()
    {
        EventObject a = _world.NewEvent(false);
        EventObject b = _world.NewEvent(false);
        NtThread all = _world.Start(t => Assert.Equal(NtStatus.Success, _world.Dispatcher.Wait(t, [a, b], true, false, NtTimeout.Infinite)));
        TestWorld.UntilParked(all);
        a.Set();
        Assert.True(a.IsSet);
        Assert.Equal(NtStatus.Success, _world.Wait(_world.NewThread(), a, NtTimeout.Poll));
        b.Set();
        Assert.True(b.IsSet);
        a.Set();
        _world.Join();
        Assert.False(a.IsSet || b.IsSet);
    }

    [Fact]
    public void SameObjectTwiceInAWaitAnyIsServedOnce()
    {
        SemaphoreObject semaphore = new(_world.Dispatcher, 0, 10);
        NtThread waiter = _world.Start(t => Assert.Equal(NtStatus.Wait0, _world.Dispatcher.Wait(t, [semaphore, semaphore], false, false, NtTimeout.Infinite)));
        TestWorld.UntilParked(waiter);
        NtThread second = _world.Start(t => Assert.Equal(NtStatus.Wait0, _world.Wait(t, semaphore, NtTimeout.Infinite)));
        TestWorld.UntilParked(second);
        Assert.Equal(NtStatus.Success, semaphore.Release(3, out int previous));
        _world.Join();
        Assert.Equal((0, 1), (previous, semaphore.Count));
    }

    [Fact]
    public void MutantsCountOwnershipAndKnowTheirOwner()
    {
        MutantObject mutant = new(_world.Dispatcher);
        NtThread a = _world.NewThread();
        NtThread b = _world.NewThread();
        Assert.Equal(NtStatus.Success, _world.Wait(a, mutant, NtTimeout.Poll));
        Assert.Equal(NtStatus.Success, _world.Wait(a, mutant, NtTimeout.Poll));
        Assert.Equal(-1, mutant.CurrentCount);
        Assert.Equal(NtStatus.Timeout, _world.Wait(b, mutant, NtTimeout.Poll));
        Assert.Equal(NtStatus.MutantNotOwned, mutant.Release(b, out _));
        Assert.Equal(NtStatus.Success, mutant.Release(a, out int previous));
        Assert.Equal(-1, previous);
        Assert.Equal(NtStatus.Success, mutant.Release(a, out _));
        Assert.Equal(NtStatus.MutantNotOwned, mutant.Release(a, out _));
        Assert.Equal(NtStatus.Success, _world.Wait(b, mutant, NtTimeout.Poll));
    }

    [Fact]
    public void AnEndedThreadAbandonsItsMutantsAndIsSignaled()
    {
        MutantObject mutant = new(_world.Dispatcher);
        NtThread owner = _world.NewThread();
        _world.NewThread();
        _world.Wait(owner, mutant, NtTimeout.Poll);
        NtThread waiter = _world.Start(t => Assert.Equal(NtStatus.AbandonedWait0 + 1, _world.Dispatcher.Wait(t, [_world.NewEvent(false), mutant], false, false, NtTimeout.Infinite)));
        NtThread joiner = _world.Start(t => Assert.Equal(NtStatus.Success, _world.Wait(t, owner, NtTimeout.Infinite)));
        TestWorld.UntilParked(waiter, joiner);
        Assert.False(owner.MarkEnded(new NtStatus(7)));
        _world.Join();
        Assert.Equal(waiter, mutant.Owner);
        Assert.False(mutant.IsAbandoned);
        Assert.Equal(7u, owner.ExitStatus.Value);
    }

    [Fact]
    public void SemaphoresRefuseToPassTheirLimit()
    {
        SemaphoreObject semaphore = new(_world.Dispatcher, 1, int.MaxValue);
        Assert.Equal(NtStatus.SemaphoreLimitExceeded, semaphore.Release(int.MaxValue, out _));
        Assert.Equal(NtStatus.Success, semaphore.Release(int.MaxValue - 1, out int previous));
        Assert.Equal((1, int.MaxValue), (previous, semaphore.Count));
    }

    [Fact]
    public void InterruptedWaitsRestartWithTheirDeadline()
    {
        EventObject value = _world.NewEvent(false);
        NtThread waiter = _world.Start(t =>
        {
            Assert.Equal(NtStatus.Cancelled, _world.Wait(t, value, TestWorld.After(30_000)));
            Assert.Equal(NtStatus.Success, _world.Dispatcher.Restart(t));
        });
        TestWorld.UntilParked(waiter);
        Assert.True(_world.Dispatcher.Interrupt(waiter, NtStatus.Cancelled));
        Assert.True(SpinWait.SpinUntil(() => !waiter.WaitBlock.IsDone, 10_000));
        value.Set();
        _world.Join();
    }

    [Fact]
    public void WaitsDoNotAllocate()
    {
        NtThread t = _world.NewThread();
        EventObject[] events = [_world.NewEvent(true, true), _world.NewEvent(true)];
        long before = 0;
        for (int i = 0; i < 2000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            _world.Wait(t, events[0], NtTimeout.Infinite);
            _world.Dispatcher.Wait(t, events, true, false, TestWorld.After(0));
            events[0].Set();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
