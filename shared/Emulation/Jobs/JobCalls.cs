using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Jobs;

/// <summary>Making, opening and ending jobs, and who is in them.</summary>
internal static class JobCalls
{
    private const uint JobAssignProcess = 0x1;
    private const uint JobQuery = 0x4;
    private const uint JobTerminate = 0x8;

    [NtSyscall("NtCreateJobObject", Support.Full)]
    internal static NtStatus NtCreateJobObject(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Create(t, handle, access, attributes, new JobObject(t.Executive));

    [NtSyscall("NtOpenJobObject", Support.Full)]
    internal static NtStatus NtOpenJobObject(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<JobObject>(t, handle, access, attributes);

    [NtSyscall("NtAssignProcessToJobObject", Support.Full)]
    internal static NtStatus NtAssignProcessToJobObject(NtThread t, Handle job, Handle process)
    {
        NtStatus status = t.Reference(job, JobAssignProcess, out JobObject target);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Reference(process, AccessRights.ProcessSetQuota | AccessRights.ProcessTerminate, out NtProcess member);
        return status.IsSuccess ? target.Assign(member) : status;
    }

    [NtSyscall("NtIsProcessInJob", Support.Full)]
    internal static NtStatus NtIsProcessInJob(NtThread t, Handle process, Handle job)
    {
        NtStatus status = t.Reference(process, 0, out NtProcess member, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (AccessRights.ProcessQueryInformation | AccessRights.ProcessQueryLimitedInformation)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        JobObject? target = null;
        if (!job.IsNull)
        {
            status = t.Reference(job, JobQuery, out JobObject found);
            if (!status.IsSuccess)
            {
                return status;
            }
            target = found;
        }
        lock (t.Executive.Dispatcher.Lock)
        {
            return (target is null ? member.Job is not null : target.Contains(member)) ? NtStatus.ProcessInJob : NtStatus.ProcessNotInJob;
        }
    }

    [NtSyscall("NtTerminateJobObject", Support.Full)]
    internal static NtStatus NtTerminateJobObject(NtThread t, Handle handle, uint exitStatus)
    {
        NtStatus status = t.Reference(handle, JobTerminate, out JobObject job);
        if (status.IsSuccess)
        {
            job.Terminate(new NtStatus(exitStatus));
        }
        return status;
    }
}
