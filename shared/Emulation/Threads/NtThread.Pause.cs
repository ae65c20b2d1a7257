using PortableVirt.Emulation.Mailbox;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sync;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Threads;

/// <summary>Guest entry and exit, and what a pause of the VM has to know of them.</summary>
public sealed partial class NtThread
{
    private int _isInRun;

    /// <summary>True when the thread has not begun, is blocked or has ended: it meets the barrier before it does anything else.</summary>
    internal bool Rests => Park.IsParked || !_hasBegun || HasEnded;

    /// <summary>
    /// True when the thread does nothing more of the program's before the barrier is opened. Asked by who has closed the barrier, kicked the thread and called
    /// <see cref="Hypervisor.VcpuPool.AwaitKicks"/>: a thread on its way out of the guest counts, though the host may not have given it a processor yet.
    /// </summary>
    internal bool StandsStill => Rests || (Volatile.Read(ref _isInRun) != 0 && Mailbox is not { IsBeingServed: true });

    /// <summary>True when the call in progress is one of libwine's thread pool and the VM has been paused before: its clock has not counted the pauses.</summary>
    internal bool UsesPoolTime() => Executive.Clock.Monotonic.Lost != 0
        && Memory.TryRead(new GuestPointer(CallRegisters.Rsp), out ulong caller) && Process.Ntdll.IsLibwine(caller);

    /// <summary>Runs guest code. What came of it is not dealt with while the VM is paused.</summary>
    private GuestExit RunGuest(GuestCpu cpu)
    {
        Interlocked.Exchange(ref _isInRun, 1);
        CallMailbox? mailbox = Mailbox;
        mailbox?.EnterGuest();
        GuestExit exit = cpu.Run();
        mailbox?.LeaveGuest();
        return LeaveRun() && _terminating ? new GuestExit(GuestExitKind.Kick) : exit;
    }

    /// <summary>The thread has left the guest, and goes on when the VM is not paused.</summary>
    /// <returns>True when it was paused: a VM that was ended then does not make the call that the thread had come out for.</returns>
    private bool LeaveRun()
    {
        PausableClock clock = Executive.Clock.Monotonic;
        bool waited = false;
        Interlocked.Exchange(ref _isInRun, 0);
        while (clock.IsPaused)
        {
            waited = true;
            Interlocked.Exchange(ref _isInRun, 1);
            clock.WaitWhilePaused();
            Interlocked.Exchange(ref _isInRun, 0);
        }
        return waited;
    }
}
