using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Registry;

/// <summary>System calls that wait for changes of keys.</summary>
internal static class KeyNotifyCalls
{
    private const uint ThreadAgnostic = 0x10000000;

    [NtSyscall("NtNotifyChangeKey", Support.Full)]
    internal static NtStatus NtNotifyChangeKey(NtThread t, Handle key, Handle changeEvent, GuestPointer apcRoutine, GuestPointer apcContext, GuestPointer ioStatus, uint filter, bool watchTree, GuestPointer buffer, uint length, bool asynchronous)
    {
        KeyChange changes = (KeyChange)(filter & ~ThreadAgnostic);
        if (changes == KeyChange.None || ((uint)changes & ~0xfu) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.CanWrite(ioStatus, 16))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(key, KeyAccess.Notify, out KeyObject found);
        EventObject? notifier = null;
        if (status.IsSuccess && !changeEvent.IsNull)
        {
            status = t.Reference(changeEvent, EventObject.ModifyState, out EventObject value);
            notifier = value;
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        EventObject? done = asynchronous ? null : new EventObject(t.Executive.Dispatcher, isNotification: true, isSet: false);
        NtStatus result = NtStatus.Pending;
        void Complete(NtStatus outcome)
        {
            result = outcome;
            t.Memory.TryWrite(ioStatus, new IoStatusBlock64(outcome, 0));
            notifier?.Set();
            done?.Set();
            if (asynchronous && !apcRoutine.IsNull)
            {
                t.QueueUserApc(new UserApc(apcRoutine.Address, apcContext.Address, ioStatus.Address, 0));
            }
        }

        RegistryTree registry = t.Executive.Registry;
        Action<NtStatus> request = Complete;
        KeyNotification notification;
        lock (registry.Lock)
        {
            if (found.Node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            notifier?.Reset();
            notification = RegistryTree.Watch(found, changes, watchTree);
            notification.Add(request);
        }
        if (done is null)
        {
            return NtStatus.Pending;
        }
        status = t.Executive.Dispatcher.Wait(t, done, alertable: false, NtTimeout.Infinite);
        lock (registry.Lock)
        {
            return notification.Remove(request) ? status : result;
        }
    }

    [NtSyscall("NtNotifyChangeMultipleKeys", Support.Partial, "a second key in the same call")]
    internal static NtStatus NtNotifyChangeMultipleKeys(NtThread t, Handle key, uint count, GuestPointer subordinates, Handle changeEvent, GuestPointer apcRoutine, GuestPointer apcContext, GuestPointer ioStatus, uint filter, bool watchTree, GuestPointer buffer, uint length, bool asynchronous) =>
        count == 0
            ? NtNotifyChangeKey(t, key, changeEvent, apcRoutine, apcContext, ioStatus, filter, watchTree, buffer, length, asynchronous)
            : count == 1 ? NtStatus.NotSupported : NtStatus.InvalidParameter;
}
