using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync.Tests;

public sealed class ThreadControlTests
{
    private readonly TestWorld _world = new();

    [Fact]
    public void SuspendedThreadsStopBeforeUserModeUntilAllSuspensionsAreTakenBack()
    {
        NtThread target = _world.NewThread();
        Assert.Equal(NtStatus.Success, target.Suspend(out int previous));
        Assert.Equal(0, previous);
        Assert.Equal(NtStatus.Success, target.Suspend(out _));
        bool entered = false;
        Thread host = new(() => entered = target.CheckPending());
        host.Start();
        TestWorld.UntilParked(target);
        target.Resume(out previous);
        Assert.Equal(2, previous);
        Assert.False(host.Join(20));
        target.Resume(out previous);
        Assert.True(host.Join(10_000));
        Assert.True(entered);
        target.Resume(out previous);
        Assert.Equal(0, previous);
    }

    [Fact]
    public void SuspendCountHasALimit()
    {
        NtThread target = _world.NewThread();
        for (int i = 0; i < NtThread.MaximumSuspendCount; i++)
        {
            Assert.Equal(NtStatus.Success, target.Suspend(out _));
        }
        Assert.Equal(NtStatus.SuspendCountExceeded, target.Suspend(out int previous));
        Assert.Equal(127, previous);
    }

    [Fact]
    public void TerminationEndsWaitsSuspensionsAndAlertWaits()
    {
        EventObject never = _world.NewEvent(false);
        NtThread waiter = _world.Start(t =>
        {
            Assert.Equal(NtStatus.ThreadIsTerminating, _world.Wait(t, never, NtTimeout.Infinite));
            Assert.False(t.CheckPending());
            Assert.Equal(NtStatus.ThreadIsTerminating, _world.Wait(t, never, NtTimeout.Infinite));
        });
        NtThread alerted = _world.Start(t => Assert.Equal(NtStatus.ThreadIsTerminating, t.WaitForAlertById(NtTimeout.Infinite)));
        NtThread suspended = _world.Start(t =>
        {
            t.Suspend(out _);
            Assert.False(t.CheckPending());
        });
        TestWorld.UntilParked(waiter, alerted, suspended);
        int kicks = 0;
        waiter.KickVcpu = () => kicks++;
        waiter.RequestTermination(new NtStatus(3));
        waiter.RequestTermination(new NtStatus(4));
        alerted.RequestTermination(new NtStatus(3));
        suspended.RequestTermination(new NtStatus(3));
        _world.Join();
        Assert.Equal((1, 3u), (kicks, waiter.TerminationStatus.Value));
    }

    [Fact]
    public void ApcsAndAlertsEndOnlyAlertableWaits()
    {
        EventObject never = _world.NewEvent(false);
        NtThread target = _world.Start(t =>
        {
            Assert.Equal(NtStatus.UserApc, _world.Dispatcher.Wait(t, never, true, NtTimeout.Infinite));
            Assert.True(t.TryTakeUserApc(out UserApc apc));
            Assert.Equal(1ul, apc.Routine);
            Assert.False(t.TryTakeUserApc(out _));
            Assert.Equal(NtStatus.Alerted, _world.Dispatcher.Wait(t, never, true, NtTimeout.Infinite));
            Assert.Equal(NtStatus.Timeout, _world.Dispatcher.Wait(t, never, false, TestWorld.After(50)));
            Assert.Equal(NtStatus.UserApc, _world.Dispatcher.Wait(t, never, true, NtTimeout.Poll));
        });
        TestWorld.UntilParked(target);
        Assert.True(target.QueueUserApc(new UserApc(1, 0, 0, 0)));
        Assert.True(SpinWait.SpinUntil(() => !target.WaitBlock.IsDone && target.WaitBlock.Alertable, 10_000));
        target.Alert();
        Assert.True(SpinWait.SpinUntil(() => !target.WaitBlock.IsDone && !target.WaitBlock.Alertable, 10_000));
        Assert.True(target.QueueUserApc(new UserApc(2, 0, 0, 0)));
        _world.Join();
    }

    [Fact]
    public void SpecialApcsComeFirstAndKick()
    {
        NtThread target = _world.NewThread();
        int kicks = 0;
        target.KickVcpu = () => kicks++;
        target.QueueUserApc(new UserApc(1, 0, 0, 0));
        target.QueueUserApc(new UserApc(2, 0, 0, 0, IsSpecial: true));
        Assert.Equal((true, 1), (target.HasSpecialApc, kicks));
        Assert.True(target.TryTakeSpecialUserApc(out UserApc apc));
        Assert.Equal((2ul, false), (apc.Routine, target.HasSpecialApc));
        Assert.False(target.TryTakeSpecialUserApc(out _));
        Assert.True(target.TryTakeUserApc(out apc));
        Assert.Equal(1ul, apc.Routine);
    }
}
