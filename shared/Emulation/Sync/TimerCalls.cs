using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls on timers.</summary>
internal static class TimerCalls
{
    private const uint NotificationTimer = 0;
    private const uint SynchronizationTimer = 1;

    [NtSyscall("NtCreateTimer", Support.Full)]
    internal static NtStatus NtCreateTimer(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, uint type) =>
        type > SynchronizationTimer
            ? NtStatus.InvalidParameter4
            : NamedObjects.Create(t, handle, access, attributes, new TimerObject(t.Executive, type == NotificationTimer));

    [NtSyscall("NtOpenTimer", Support.Full)]
    internal static NtStatus NtOpenTimer(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<TimerObject>(t, handle, access, attributes);

    [NtSyscall("NtSetTimer", Support.Partial, "Waking the computer is ignored (STATUS_TIMER_RESUME_IGNORED).")]
    internal static NtStatus NtSetTimer(NtThread t, Handle handle, GuestPointer due, ulong routine, ulong context, bool resume, int period, GuestPointer previousState)
    {
        if (due.IsNull || !NtTimeout.TryRead(t, due, out NtTimeout limit) || !QueryBuffer.CanReturn(t, previousState, 1))
        {
            return NtStatus.AccessViolation;
        }
        if (period < 0)
        {
            return NtStatus.InvalidParameter6;
        }
        NtStatus status = t.Reference(handle, TimerObject.ModifyState, out TimerObject timer);
        if (!status.IsSuccess)
        {
            return status;
        }
        bool previous = timer.Set(limit, period, routine == 0 ? null : t, new UserApc(routine, context, 0, 0));
        QueryBuffer.ReturnOptional(t, previousState, previous ? (byte)1 : (byte)0);
        return resume ? NtStatus.TimerResumeIgnored : NtStatus.Success;
    }

    [NtSyscall("NtCancelTimer", Support.Full)]
    internal static NtStatus NtCancelTimer(NtThread t, Handle handle, GuestPointer currentState)
    {
        if (!QueryBuffer.CanReturn(t, currentState, 1))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, TimerObject.ModifyState, out TimerObject timer);
        if (status.IsSuccess)
        {
            QueryBuffer.ReturnOptional(t, currentState, timer.Cancel() ? (byte)1 : (byte)0);
        }
        return status;
    }

    [NtSyscall("NtQueryTimer", Support.Full)]
    internal static NtStatus NtQueryTimer(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (informationClass != 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        NtStatus status = t.Reference(handle, TimerObject.QueryState, out TimerObject timer);
        if (!status.IsSuccess)
        {
            return status;
        }
        (long remaining, bool isSet) = timer.Query();
        return QueryBuffer.Return(t, buffer, length, returnLength, new TimerBasicInformation(remaining, isSet ? 1ul : 0));
    }
}
