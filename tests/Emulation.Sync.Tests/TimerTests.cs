using System.Diagnostics;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync.Tests;

public sealed class TimerTests
{
    private readonly TestWorld _world = new();

    [Fact]
    public void PeriodicTimersComeAgainUntilCancelled()
    {
        TimerObject timer = new(_world.Executive, false);
        NtThread t = _world.NewThread();
        long start = Stopwatch.GetTimestamp();
        Assert.False(timer.Set(TestWorld.After(5), 2, null, default));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(NtStatus.Success, _world.Wait(t, timer, TestWorld.After(10_000)));
        }
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(5 + (4 * 2) - 2));
        timer.Cancel();
        _world.Wait(t, timer, NtTimeout.Poll);
        Assert.Equal(NtStatus.Timeout, _world.Wait(t, timer, TestWorld.After(10)));
    }

    [Fact]
    public void EarlierTimersOvertakeLaterOnes()
    {
        TimerObject late = new(_world.Executive, true);
        TimerObject early = new(_world.Executive, true);
        NtThread t = _world.NewThread();
        late.Set(TestWorld.After(60_000), 0, null, default);
        early.Set(TestWorld.After(2), 0, null, default);
        Assert.Equal(NtStatus.Wait0 + 1, _world.Dispatcher.Wait(t, [late, early], false, false, TestWorld.After(10_000)));
        Assert.True(early.IsSet);
        Assert.InRange(late.Query().Remaining, 1, 600_000_000);
    }

    [Fact]
    public void TimerApcIsQueuedOnceAndTakenBackByCancel()
    {
        TimerObject timer = new(_world.Executive, false);
        NtThread t = _world.NewThread();
        timer.Set(NtTimeout.Poll, 1, t, new UserApc(5, 6, 0, 0));
        Thread.Sleep(20);
        Assert.Equal(NtStatus.UserApc, _world.Dispatcher.Wait(t, _world.NewEvent(false), true, NtTimeout.Poll));
        Assert.True(t.TryTakeUserApc(out UserApc apc));
        Assert.Equal((5ul, 6ul), (apc.Routine, apc.Argument1));
        Assert.NotEqual(0ul, apc.Argument3);
        Thread.Sleep(20);
        timer.Cancel();
        Assert.False(t.TryTakeUserApc(out _));
    }

    [Fact]
    public void TimersOfAnEndedThreadStop()
    {
        TimerObject timer = new(_world.Executive, true);
        NtThread owner = _world.NewThread();
        timer.Set(TestWorld.After(300), 0, owner, new UserApc(1, 0, 0, 0));
        owner.MarkEnded(NtStatus.Success);
        Assert.Equal(NtStatus.Timeout, _world.Wait(_world.NewThread(), timer, TestWorld.After(400)));
    }
}
