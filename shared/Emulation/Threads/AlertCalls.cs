using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Threads;

/// <summary>Alerts and APCs.</summary>
internal static class AlertCalls
{
    private const ulong SpecialUserApc = 1;

    [NtSyscall("NtAlertThreadByThreadId", Support.Full)]
    internal static NtStatus NtAlertThreadByThreadId(NtThread t, ulong threadId)
    {
        if (t.Executive.ClientIds.FindThread(threadId) is not { } target)
        {
            return NtStatus.InvalidCid;
        }
        if (target.Process != t.Process)
        {
            return NtStatus.AccessDenied;
        }
        target.AlertById();
        return NtStatus.Success;
    }

    /// <summary>An absolute time-out is that of the timers of libwine's thread pool.</summary>
    [NtSyscall("NtWaitForAlertByThreadId", Support.Full)]
    internal static NtStatus NtWaitForAlertByThreadId(NtThread t, GuestPointer address, GuestPointer timeout) =>
        NtTimeout.TryRead(t, timeout, true, out NtTimeout limit) ? t.WaitForAlertById(limit) : NtStatus.AccessViolation;

    [NtSyscall("NtAlertThread", Support.Full)]
    internal static NtStatus NtAlertThread(NtThread t, Handle handle)
    {
        NtStatus status = t.Reference(handle, AccessRights.ThreadAlert, out NtThread target);
        if (status.IsSuccess)
        {
            target.Alert();
        }
        return status;
    }

    [NtSyscall("NtAlertResumeThread", Support.Full)]
    internal static NtStatus NtAlertResumeThread(NtThread t, Handle handle, GuestPointer previousCount)
    {
        if (!QueryBuffer.CanReturn(t, previousCount, sizeof(uint)))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, AccessRights.ThreadSuspendResume, out NtThread target);
        if (!status.IsSuccess)
        {
            return status;
        }
        target.Alert();
        status = target.Resume(out int previous);
        QueryBuffer.ReturnOptional(t, previousCount, previous);
        return status;
    }

    [NtSyscall("NtTestAlert", Support.Full)]
    internal static NtStatus NtTestAlert(NtThread t)
    {
        NtStatus status;
        lock (t.Executive.Dispatcher.Lock)
        {
            if (!t.TryTakeAlert(out status))
            {
                return NtStatus.Success;
            }
        }
        if (status == NtStatus.UserApc)
        {
            // The APC runs now; when it is done the call returns STATUS_SUCCESS.
            t.Cpu!.Registers.Rax = NtStatus.Success.Value;
            t.DeliverPendingApc();
            return NtStatus.Success;
        }
        return status;
    }

    [NtSyscall("NtQueueApcThread", Support.Full)]
    internal static NtStatus NtQueueApcThread(NtThread t, Handle handle, ulong routine, ulong argument1, ulong argument2, ulong argument3) =>
        NtQueueApcThreadEx(t, handle, 0, routine, argument1, argument2, argument3);

    [NtSyscall("NtQueueApcThreadEx", Support.Partial, "Memory reserve objects are refused.")]
    internal static NtStatus NtQueueApcThreadEx(NtThread t, Handle handle, ulong option, ulong routine, ulong argument1, ulong argument2, ulong argument3)
    {
        if (option > SpecialUserApc)
        {
            return NtStatus.InvalidHandle;
        }
        NtStatus status = t.Reference(handle, AccessRights.ThreadSetContext, out NtThread target);
        if (!status.IsSuccess)
        {
            return status;
        }
        return target.QueueUserApc(new UserApc(routine, argument1, argument2, argument3, option == SpecialUserApc)) ? NtStatus.Success : NtStatus.Unsuccessful;
    }
}
