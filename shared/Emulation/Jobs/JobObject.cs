using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Jobs;

/// <summary>
/// A job: a group of processes with common limits. Jobs nest: the processes of a job are in its parents too. Enforced limits:
/// number of active processes, committed memory of a process and of the job, kill on close. Guarded by the dispatcher lock.
/// </summary>
/// <param name="executive">The executive.</param>
internal sealed class JobObject(Executive executive) : DispatcherObject(ObjectKinds.Job)
{
    private readonly List<NtProcess> _processes = [];
    private IoCompletionObject? _port;
    private ulong _portKey;
    private readonly CommitCharge _commit = new(ulong.MaxValue);
    private ThreadTimes _endedTimes;
    private JobExtendedLimits _limits;

    /// <summary>The job around this one, or null.</summary>
    public JobObject? Parent { get; private set; }

    /// <summary>The limits; the peak is what the job's processes have had committed at a time.</summary>
    public JobExtendedLimits Limits
    {
        get => _limits with { PeakJobMemory = _commit.Peak };
        set
        {
            _limits = value;
            _commit.Limit = (value.Basic.Flags & JobLimits.JobMemory) != 0 ? value.JobMemory : ulong.MaxValue;
            _processes.ForEach(LimitMemory);
        }
    }

    /// <summary>JOB_OBJECT_UILIMIT_ flags.</summary>
    public uint UiRestrictions { get; set; }

    /// <summary>JOBOBJECT_END_OF_JOB_TIME_INFORMATION: what happens when the job's time is used up.</summary>
    public uint EndOfJobTimeAction { get; set; }

    /// <summary>Processes that ever were in the job.</summary>
    public uint TotalProcesses { get; private set; }

    /// <summary>Living processes, in the order in which they came.</summary>
    public IReadOnlyList<NtProcess> Processes => _processes;

    /// <summary>True for this job and all jobs in it.</summary>
    public bool Contains(NtProcess process) => _processes.Contains(process);

    /// <summary>
    /// Puts a process into the job; one that is in a job already nests this one in it. STATUS_ACCESS_DENIED when the jobs do not
    /// nest, STATUS_QUOTA_EXCEEDED when the limit of processes is reached, STATUS_PROCESS_IS_TERMINATING.
    /// </summary>
    public NtStatus Assign(NtProcess process)
    {
        lock (executive.Dispatcher.Lock)
        {
            if (process.HasEnded)
            {
                return NtStatus.ProcessIsTerminating;
            }
            if (Contains(process))
            {
                return NtStatus.Success;
            }
            if (process.Job is { } outer && Parent != outer)
            {
                if (Parent is not null || _processes.Count != 0)
                {
                    return NtStatus.AccessDenied;
                }
                Parent = outer;
            }
            for (JobObject? job = this; job is not null; job = job.Parent)
            {
                if (!job.Contains(process) && (job.Limits.Basic.Flags & JobLimits.ActiveProcess) != 0 && (ulong)job._processes.Count >= job.Limits.Basic.ActiveProcesses)
                {
                    job.Post(JobMessage.ActiveProcessLimit, 0);
                    return NtStatus.QuotaExceeded;
                }
            }
            for (JobObject? job = this; job is not null; job = job.Parent)
            {
                if (!job.Contains(process))
                {
                    job._processes.Add(process);
                    job.TotalProcesses++;
                    process.AddressSpace.JoinCharge(job._commit);
                    job.Post(JobMessage.NewProcess, process.ProcessId);
                }
            }
            process.Job = this;
            LimitMemory(process);
            return NtStatus.Success;
        }
    }

    /// <summary>A process of the job has run its last thread.</summary>
    public void OnProcessEnded(NtProcess process, NtStatus exitStatus)
    {
        for (JobObject? job = this; job is not null; job = job.Parent)
        {
            if (job._processes.Remove(process))
            {
                job._endedTimes += process.Times;
                job.Post(exitStatus.IsError ? JobMessage.AbnormalExitProcess : JobMessage.ExitProcess, process.ProcessId);
                if (job._processes.Count == 0)
                {
                    job.Post(JobMessage.ActiveProcessZero, 0);
                }
            }
        }
    }

    /// <summary>Tells all processes of the job to end.</summary>
    public void Terminate(NtStatus exitStatus)
    {
        NtProcess[] processes;
        lock (executive.Dispatcher.Lock)
        {
            processes = [.. _processes];
        }
        foreach (NtProcess process in processes)
        {
            process.RequestEnd(exitStatus);
        }
    }

    /// <summary>Sends the job's messages to a completion port from now on, starting with those about the processes in it.</summary>
    public NtStatus Associate(IoCompletionObject? port, ulong key)
    {
        lock (executive.Dispatcher.Lock)
        {
            if (port is not null && _port is not null)
            {
                return NtStatus.InvalidParameter;
            }
            (_port, _portKey) = (port, key);
            foreach (NtProcess process in _processes)
            {
                Post(JobMessage.NewProcess, process.ProcessId);
            }
            return NtStatus.Success;
        }
    }

    /// <summary>Times and counts.</summary>
    public JobAccounting Account()
    {
        lock (executive.Dispatcher.Lock)
        {
            ThreadTimes times = _processes.Aggregate(_endedTimes, static (sum, process) => sum + process.Times);
            return new JobAccounting(times.User, times.Kernel, times.User, times.Kernel, 0, TotalProcesses, (uint)_processes.Count, 0);
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => false;

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        if ((Limits.Basic.Flags & JobLimits.KillOnJobClose) != 0)
        {
            Terminate(NtStatus.Success);
        }
    }

    /// <summary>Gives a process the least of the memory limits of the jobs that it is in.</summary>
    private static void LimitMemory(NtProcess process)
    {
        ulong limit = ulong.MaxValue;
        for (JobObject? job = process.Job; job is not null; job = job.Parent)
        {
            limit = (job._limits.Basic.Flags & JobLimits.ProcessMemory) != 0 ? Math.Min(limit, job._limits.ProcessMemory) : limit;
        }
        process.AddressSpace.CommitLimit = limit;
    }

    private void Post(JobMessage message, uint processId) => _port?.Post(_portKey, processId, NtStatus.Success, (ulong)message);
}
