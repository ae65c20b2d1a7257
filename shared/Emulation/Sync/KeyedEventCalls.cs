using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls on keyed events.</summary>
internal static class KeyedEventCalls
{
    [NtSyscall("NtCreateKeyedEvent", Support.Full)]
    internal static NtStatus NtCreateKeyedEvent(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, uint flags) =>
        flags != 0 ? NtStatus.InvalidParameter4 : NamedObjects.Create(t, handle, access, attributes, new KeyedEventObject());

    [NtSyscall("NtOpenKeyedEvent", Support.Full)]
    internal static NtStatus NtOpenKeyedEvent(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<KeyedEventObject>(t, handle, access, attributes);

    [NtSyscall("NtWaitForKeyedEvent", Support.Full)]
    internal static NtStatus NtWaitForKeyedEvent(NtThread t, Handle handle, ulong key, bool alertable, GuestPointer timeout) =>
        Meet(t, handle, KeyedEventObject.WaitAccess, key, false, alertable, timeout);

    [NtSyscall("NtReleaseKeyedEvent", Support.Full)]
    internal static NtStatus NtReleaseKeyedEvent(NtThread t, Handle handle, ulong key, bool alertable, GuestPointer timeout) =>
        Meet(t, handle, KeyedEventObject.WakeAccess, key, true, alertable, timeout);

    private static NtStatus Meet(NtThread t, Handle handle, uint access, ulong key, bool isRelease, bool alertable, GuestPointer timeout)
    {
        if ((key & 1) != 0)
        {
            return NtStatus.InvalidParameter1;
        }
        if (!NtTimeout.TryRead(t, timeout, out NtTimeout limit))
        {
            return NtStatus.AccessViolation;
        }
        KeyedEventObject keyedEvent = t.Executive.KeyedEvents.Default;
        NtStatus status = handle.IsNull ? NtStatus.Success : t.Reference(handle, access, out keyedEvent);
        return status.IsSuccess ? t.Executive.KeyedEvents.Meet(t, keyedEvent, key, isRelease, alertable, limit) : status;
    }
}
