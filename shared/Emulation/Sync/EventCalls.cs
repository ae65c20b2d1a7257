using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls on events.</summary>
internal static class EventCalls
{
    private const uint NotificationEvent = 0;
    private const uint SynchronizationEvent = 1;

    [NtSyscall("NtCreateEvent", Support.Full)]
    internal static NtStatus NtCreateEvent(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, uint type, bool initialState) =>
        type > SynchronizationEvent
            ? NtStatus.InvalidParameter
            : NamedObjects.Create(t, handle, access, attributes, new EventObject(t.Executive.Dispatcher, type == NotificationEvent, initialState));

    [NtSyscall("NtOpenEvent", Support.Full)]
    internal static NtStatus NtOpenEvent(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<EventObject>(t, handle, access, attributes);

    [NtSyscall("NtSetEvent", Support.Full)]
    internal static NtStatus NtSetEvent(NtThread t, Handle handle, GuestPointer previousState) =>
        Change(t, handle, previousState, static e => e.Set());

    [NtSyscall("NtResetEvent", Support.Full)]
    internal static NtStatus NtResetEvent(NtThread t, Handle handle, GuestPointer previousState) =>
        Change(t, handle, previousState, static e => e.Reset());

    [NtSyscall("NtClearEvent", Support.Full)]
    internal static NtStatus NtClearEvent(NtThread t, Handle handle) => Change(t, handle, default, static e => e.Reset());

    [NtSyscall("NtPulseEvent", Support.Full)]
    internal static NtStatus NtPulseEvent(NtThread t, Handle handle, GuestPointer previousState) =>
        Change(t, handle, previousState, static e => e.Pulse());

    [NtSyscall("NtQueryEvent", Support.Full)]
    internal static NtStatus NtQueryEvent(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (informationClass != 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        NtStatus status = t.Reference(handle, EventObject.QueryState, out EventObject value);
        return status.IsSuccess
            ? QueryBuffer.Return(t, buffer, length, returnLength, new EventBasicInformation(value.IsNotification ? NotificationEvent : SynchronizationEvent, value.IsSet ? 1 : 0))
            : status;
    }

    private static NtStatus Change(NtThread t, Handle handle, GuestPointer previousState, Func<EventObject, bool> change)
    {
        if (!QueryBuffer.CanReturn(t, previousState, sizeof(int)))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, EventObject.ModifyState, out EventObject value);
        if (status.IsSuccess)
        {
            t.Process.Mailboxes.NoteUse(handle, value);
            QueryBuffer.ReturnOptional(t, previousState, change(value) ? 1 : 0);
        }
        return status;
    }
}
