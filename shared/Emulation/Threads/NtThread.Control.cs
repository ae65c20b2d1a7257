using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

/// <summary>Suspension, termination and stopping a thread to reach its registers.</summary>
public sealed partial class NtThread
{
    /// <summary>Highest suspend count (MAXIMUM_SUSPEND_COUNT).</summary>
    public const int MaximumSuspendCount = 127;

    private volatile int _suspendCount;
    private volatile bool _terminating;

    /// <summary>
    /// Makes the vCPU leave guest mode soon; set by the run loop while the thread has a vCPU. The run loop must clear the vCPU's
    /// immediate-exit request before it calls <see cref="CheckPending"/>, never between that and guest entry.
    /// </summary>
    public Action? KickVcpu { get; set; }

    /// <summary>True once the thread has been told to end: blocking host code gives up with STATUS_THREAD_IS_TERMINATING.</summary>
    public bool IsTerminating => _terminating;

    /// <summary>Exit status that <see cref="RequestTermination"/> gave.</summary>
    public NtStatus TerminationStatus { get; private set; }

    /// <summary>How many NtSuspendThread calls have no NtResumeThread yet.</summary>
    public int SuspendCount => _suspendCount;

    /// <summary>The thread's wait.</summary>
    internal WaitBlock WaitBlock => field ??= new WaitBlock(this);

    /// <summary>Room for the objects of one NtWaitForMultipleObjects.</summary>
    internal DispatcherObject[] WaitScratch => field ??= new DispatcherObject[Dispatcher.MaximumWaitObjects];

    /// <summary>The packet that the thread's last wait for a completion port took.</summary>
    internal CompletionPacket TakenPacket { get; set; }

    /// <summary>System time at which the thread was made (FILETIME units).</summary>
    public long CreateTime { get; } = DateTime.UtcNow.ToFileTimeUtc();

    /// <summary>System time at which it ended, or 0.</summary>
    public long ExitTime { get; private set; }

    /// <summary>Mutants that the thread owns. Guarded by the dispatcher lock.</summary>
    internal List<MutantObject> OwnedMutants { get; } = [];

    /// <summary>
    /// Called by the run loop before each guest entry: blocks while the thread is suspended, held, or frozen for a debugger. False when the thread has to
    /// end with <see cref="TerminationStatus"/>.
    /// </summary>
    public bool CheckPending()
    {
        NoteHostThread();
        while (true)
        {
            if (_terminating)
            {
                return false;
            }
            if (Park.IsHeld)
            {
                Park.HonourHolds();
            }
            else if (_suspendCount == 0 && !Process.IsFrozen)
            {
                return true;
            }
            else
            {
                Park.Wait(Deadline.Never);
            }
        }
    }

    /// <summary>Suspends the thread: it stops before its next instruction in user mode. STATUS_SUSPEND_COUNT_EXCEEDED at 127.</summary>
    public NtStatus Suspend(out int previousCount)
    {
        lock (Executive.Dispatcher.Lock)
        {
            previousCount = _suspendCount;
            if (HasEnded || _terminating)
            {
                return NtStatus.ThreadIsTerminating;
            }
            if (previousCount >= MaximumSuspendCount)
            {
                return NtStatus.SuspendCountExceeded;
            }
            _suspendCount = previousCount + 1;
        }
        Kick();
        return NtStatus.Success;
    }

    /// <summary>Takes one suspension back; gives the count before. A thread that is not suspended stays as it is.</summary>
    public NtStatus Resume(out int previousCount)
    {
        lock (Executive.Dispatcher.Lock)
        {
            previousCount = _suspendCount;
            if (previousCount == 0)
            {
                return NtStatus.Success;
            }
            _suspendCount = previousCount - 1;
            Process.DebugPort?.RequeueDelayed(this);
        }
        Park.Wake();
        return NtStatus.Success;
    }

    /// <summary>
    /// Tells the thread to end: its wait ends with STATUS_THREAD_IS_TERMINATING, a suspension counts no more, and the run loop's
    /// next <see cref="CheckPending"/> returns false. The first call gives the exit status.
    /// </summary>
    public void RequestTermination(NtStatus exitStatus)
    {
        lock (Executive.Dispatcher.Lock)
        {
            if (HasEnded || _terminating)
            {
                return;
            }
            TerminationStatus = exitStatus;
            _terminating = true;
            Executive.Dispatcher.Interrupt(this, NtStatus.ThreadIsTerminating);
        }
        Park.Wake();
        Kick();
    }

    /// <summary>
    /// The thread has run its last instruction: abandons its mutants, drops its APCs and signals it. Called once, by the run loop.
    /// </summary>
    /// <returns>True when no living thread of the process is left.</returns>
    public bool MarkEnded(NtStatus exitStatus)
    {
        _finalTimes = Times;
        lock (Executive.Dispatcher.Lock)
        {
            _terminating = true;
            HasEnded = true;
            ExitStatus = exitStatus;
            ExitTime = Executive.Clock.SystemTime;
            KickVcpu = null;
            _apcs.Clear();
            _specialApcs.Clear();
            _hasSpecialApc = false;
            while (OwnedMutants.Count != 0)
            {
                OwnedMutants[^1].Abandon();
            }
            Process.Threads.Remove(this);
            Process.CountEndedThread(this, _finalTimes);
            Executive.Dispatcher.Signal(this);
            return Process.Threads.Count == 0;
        }
    }

    /// <summary>
    /// Stops another thread where its user registers are at rest: parked before guest entry, or blocked inside a system call
    /// (then they are the call's user context). On success the caller reads or writes them and then calls
    /// <see cref="ReleaseFromContext"/>; the suspend count is not touched.
    /// </summary>
    /// <returns>False when the target has ended or is ending, or the caller has to end.</returns>
    public bool TryStopForContext(NtThread target)
    {
        Park.EnterParked();
        target.Park.Hold(Park);
        target.Kick();
        while (!target.Park.IsParked)
        {
            if (target.HasEnded || target.IsTerminating || IsTerminating)
            {
                ReleaseFromContext(target);
                return false;
            }
            // In a pause the target may stand where it came out of the guest, which is no park.
            Executive.Clock.Monotonic.WaitWhilePaused();
            Park.WaitAsHolder(System.Diagnostics.Stopwatch.GetTimestamp() + (System.Diagnostics.Stopwatch.Frequency / 1000));
        }
        if (!target.HasEnded)
        {
            return true;
        }
        ReleaseFromContext(target);
        return false;
    }

    /// <summary>Lets a thread go on that <see cref="TryStopForContext"/> stopped.</summary>
    public void ReleaseFromContext(NtThread target)
    {
        target.Park.Release();
        Park.LeaveParked();
    }

    internal void Kick() => KickVcpu?.Invoke();
}
