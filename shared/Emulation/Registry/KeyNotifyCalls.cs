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
    internal static NtStatus NtNotifyChangeKey(NtThread t, Handle key, Handle changeEvent, GuestPointer apcRoutine, GuestPointer apcContext, GuestPointer ioStatus, uint filter, bool watchTree, GuestPointer buffer, uint length, bool asynchronous) =>
        Notify(t, key, null, changeEvent, apcRoutine, apcContext, ioStatus, filter, watchTree, asynchronous);

    [NtSyscall("NtNotifyChangeMultipleKeys", Support.Full)]
    internal static NtStatus NtNotifyChangeMultipleKeys(NtThread t, Handle key, uint count, GuestPointer subordinates, Handle changeEvent, GuestPointer apcRoutine, GuestPointer apcContext, GuestPointer ioStatus, uint filter, bool watchTree, GuestPointer buffer, uint length, bool asynchronous)
    {
        // NT takes one key beside the first, by its OBJECT_ATTRIBUTES.
        if (count > 1)
        {
            return NtStatus.InvalidParameter;
        }
        KeyNode? second = null;
        if (count == 1)
        {
            NtStatus status = KeyCalls.ReadPath(t, subordinates, out KeyNode start, out string path, out NtObjectAttributes attributes);
            if (!status.IsSuccess)
            {
                return status;
            }
            RegistryTree registry = t.Executive.Registry;
            lock (registry.Lock)
            {
                status = registry.Open(start, path, KeyCalls.Lookup(KeyAccess.Notify, attributes, 0), out second);
            }
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        return Notify(t, key, second, changeEvent, apcRoutine, apcContext, ioStatus, filter, watchTree, asynchronous);
    }

    /// <summary>Waits for a change of an open key, or of a second one with it; the first change of either ends the request.</summary>
    private static NtStatus Notify(NtThread t, Handle key, KeyNode? second, Handle changeEvent, GuestPointer apcRoutine, GuestPointer apcContext, GuestPointer ioStatus, uint filter, bool watchTree, bool asynchronous)
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
        Action<NtStatus>? request = null;
        KeyNotification? notification = null;
        KeyNotification? secondNotification = second is null ? null : new KeyNotification(second, changes, watchTree);
        void Complete(NtStatus outcome)
        {
            if (result != NtStatus.Pending)
            {
                return;
            }
            result = outcome;
            if (secondNotification is not null)
            {
                notification?.Remove(request!);
                second!.RemoveNotification(secondNotification);
            }
            t.Memory.TryWrite(ioStatus, new IoStatusBlock64(outcome, 0));
            notifier?.Set();
            done?.Set();
            if (asynchronous && !apcRoutine.IsNull)
            {
                t.QueueUserApc(new UserApc(apcRoutine.Address, apcContext.Address, ioStatus.Address, 0));
            }
        }

        request = Complete;
        RegistryTree registry = t.Executive.Registry;
        lock (registry.Lock)
        {
            if (found.Node.IsDeleted || second?.IsDeleted == true)
            {
                return NtStatus.KeyDeleted;
            }
            notifier?.Reset();
            if (secondNotification is not null)
            {
                second!.AddNotification(secondNotification);
                secondNotification.Add(request);
            }
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
            if (!notification.Remove(request))
            {
                return result;
            }
            if (secondNotification is not null)
            {
                second!.RemoveNotification(secondNotification);
            }
            return status;
        }
    }
}
