using System.Diagnostics;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync.Tests;

/// <summary>The VM's clock, and waits and timers on it, while it stands.</summary>
public sealed class PausableClockTests
{
    private const int PauseMilliseconds = 200;

    private readonly TestWorld _world = new();

    private PausableClock Clock => _world.Executive.Clock.Monotonic;

    [Fact]
    public void It_stands_in_a_pause_and_goes_on_from_there()
    {
        Begin();
        long stopped = Clock.Now;
        long interrupt = _world.Executive.Clock.InterruptTime;
        long system = _world.Executive.Clock.SystemTime;
        Thread.Sleep(PauseMilliseconds);
        Assert.Equal(stopped, Clock.Now);
        Assert.Equal(interrupt, _world.Executive.Clock.InterruptTime);
        Assert.True(_world.Executive.Clock.SystemTime - system >= PauseMilliseconds * TimeSpan.TicksPerMillisecond * 0.9);
        End();
        Assert.InRange(Clock.Now - stopped, 0, PauseMilliseconds * Stopwatch.Frequency / 1000 / 2);
        Assert.InRange(_world.Executive.Clock.InterruptTime - interrupt, 0, PauseMilliseconds * TimeSpan.TicksPerMillisecond / 2);
        Assert.True(Clock.Lost >= PauseMilliseconds * (Stopwatch.Frequency / 1000) * 0.9);
    }

    [Fact]
    public void A_deadline_moves_unless_it_counts_pauses()
    {
        long now = Stopwatch.GetTimestamp();
        Deadline relative = new(now + (PauseMilliseconds / 2 * (Stopwatch.Frequency / 1000)));
        Deadline absolute = relative with { CountsPauses = true };
        Begin();
        Thread.Sleep(PauseMilliseconds);
        Assert.False(Clock.HasPassed(relative));
        End();
        Assert.False(Clock.HasPassed(relative));
        Assert.True(Clock.HasPassed(absolute));
        Assert.Equal(relative.Ticks + Clock.Lost, Clock.ToHost(relative));
        Assert.Equal(absolute.Ticks, Clock.ToHost(absolute));
        Assert.Equal(long.MaxValue, Clock.ToHost(Deadline.Never));
    }

    [Fact]
    public void A_wait_that_times_out_in_a_pause_goes_on_after_it()
    {
        long ended = 0;
        NtThread waiter = _world.Start(t =>
        {
            Assert.Equal(NtStatus.Timeout, _world.Wait(t, _world.NewEvent(true), TestWorld.After(PauseMilliseconds / 2)));
            ended = Clock.Now;
        });
        TestWorld.UntilParked(waiter);
        Begin();
        long stopped = Clock.Now;
        Thread.Sleep(PauseMilliseconds);
        Assert.Equal(0, ended);
        End();
        _world.Join();
        Assert.True(ended > stopped);
    }

    [Fact]
    public void A_thread_that_is_woken_in_a_pause_stands_until_its_end()
    {
        EventObject value = _world.NewEvent(true);
        bool hasEnded = false;
        NtThread waiter = _world.Start(t =>
        {
            Assert.Equal(NtStatus.Success, _world.Wait(t, value, NtTimeout.Infinite));
            Volatile.Write(ref hasEnded, true);
        });
        TestWorld.UntilParked(waiter);
        Begin();
        value.Set();
        Thread.Sleep(PauseMilliseconds / 4);
        Assert.False(Volatile.Read(ref hasEnded));
        Assert.True(waiter.Park.IsParked);
        End();
        _world.Join();
    }

    [Fact]
    public void A_timer_for_a_system_time_overtakes_a_relative_one_that_a_pause_has_moved()
    {
        TimerObject relative = new(_world.Executive, true);
        TimerObject absolute = new(_world.Executive, true);
        relative.Set(TestWorld.After(PauseMilliseconds), 0, null, default);
        NtTimeout due = TestWorld.After(PauseMilliseconds * 1.5);
        absolute.Set(due with { Deadline = due.Deadline with { CountsPauses = true } }, 0, null, default);
        Begin();
        Thread.Sleep(PauseMilliseconds * 2);
        Assert.False(absolute.IsSet);
        Assert.False(relative.IsSet);
        End();
        Assert.Equal(NtStatus.Wait0 + 1, _world.Dispatcher.Wait(_world.NewThread(), [relative, absolute], false, false, TestWorld.After(10_000)));
        Assert.InRange(relative.Query().Remaining, 1, PauseMilliseconds * TimeSpan.TicksPerMillisecond);
    }

    private void Begin()
    {
        Clock.CloseBarrier();
        _world.Executive.Clock.Stop();
    }

    private void End()
    {
        _world.Executive.Clock.Start();
        Clock.OpenBarrier();
    }
}
