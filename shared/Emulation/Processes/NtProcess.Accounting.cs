using PortableVirt.Emulation.Jobs;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>Processor time and job membership. Guarded by the dispatcher lock.</summary>
public sealed partial class NtProcess
{
    private ThreadTimes _endedThreadTimes;

    /// <summary>Processor time of all threads, ended ones too.</summary>
    public ThreadTimes Times
    {
        get
        {
            lock (Executive.Dispatcher.Lock)
            {
                return Threads.Aggregate(_endedThreadTimes, static (sum, thread) => sum + thread.Times);
            }
        }
    }

    /// <summary>Processor cycles: the processor time at the processor's nominal frequency.</summary>
    internal ulong Cycles => CyclesOf(Times);

    /// <summary>I/O that the process has done.</summary>
    public ProcessIo Io { get; } = new();

    /// <summary>Working-set limits that the program has set, in bytes: kept and reported, memory is not trimmed.</summary>
    internal (ulong Minimum, ulong Maximum) WorkingSetLimits { get; set; } = (204800, 1413120);

    /// <summary>The innermost job that the process is in, or null.</summary>
    internal JobObject? Job { get; set; }

    /// <summary>
    /// Puts a new process into its creator's job, as NT does, unless the job lets it break away.
    /// STATUS_ACCESS_DENIED when it may not, STATUS_QUOTA_EXCEEDED when the job is full.
    /// </summary>
    /// <param name="parent">The creator.</param>
    /// <param name="breakaway">The creator asked for it (PROCESS_CREATE_FLAGS_BREAKAWAY).</param>
    internal NtStatus JoinJobOf(NtProcess parent, bool breakaway)
    {
        lock (Executive.Dispatcher.Lock)
        {
            if (parent.Job is not { } job)
            {
                return NtStatus.Success;
            }
            ulong flags = job.Limits.Basic.Flags;
            if ((flags & JobLimits.SilentBreakawayOk) != 0 || (breakaway && (flags & JobLimits.BreakawayOk) != 0))
            {
                return NtStatus.Success;
            }
            return breakaway ? NtStatus.AccessDenied : job.Assign(this);
        }
    }

    /// <summary>A thread has ended: keeps its times; after the last one tells the jobs. Called under the dispatcher lock.</summary>
    internal void CountEndedThread(NtThread thread, ThreadTimes times)
    {
        _endedThreadTimes += times;
        if (Threads.Count == 0)
        {
            Job?.OnProcessEnded(this, _endStatus ?? thread.ExitStatus);
        }
    }

    /// <summary>Cycles that a processor time stands for.</summary>
    internal ulong CyclesOf(ThreadTimes times) => (ulong)(times.Kernel + times.User) * Executive.Processors.Megahertz / 10;
}
