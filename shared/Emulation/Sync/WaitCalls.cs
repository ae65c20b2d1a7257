using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls that wait.</summary>
internal static class WaitCalls
{
    private const uint WaitTypeAll = 0;
    private const uint WaitTypeAny = 1;

    [NtSyscall("NtWaitForSingleObject", Support.Full)]
    internal static NtStatus NtWaitForSingleObject(NtThread t, Handle handle, bool alertable, GuestPointer timeout)
    {
        if (!NtTimeout.TryRead(t, timeout, out NtTimeout limit))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, AccessRights.Synchronize, out DispatcherObject value);
        if (!status.IsSuccess)
        {
            return status;
        }
        NoteUse(t, handle, value);
        return t.Executive.Dispatcher.Wait(t, value, alertable, limit);
    }

    [NtSyscall("NtWaitForMultipleObjects", Support.Full)]
    internal static NtStatus NtWaitForMultipleObjects(NtThread t, uint count, GuestPointer handles, uint waitType, bool alertable, GuestPointer timeout)
    {
        if (count is 0 or > Dispatcher.MaximumWaitObjects)
        {
            return NtStatus.InvalidParameter1;
        }
        if (waitType > WaitTypeAny)
        {
            return NtStatus.InvalidParameter3;
        }
        Span<ulong> values = stackalloc ulong[Dispatcher.MaximumWaitObjects];
        values = values[..(int)count];
        if (!NtTimeout.TryRead(t, timeout, t.UsesPoolTime(), out NtTimeout limit) || !t.Memory.TryRead(handles, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values)))
        {
            return NtStatus.AccessViolation;
        }
        Span<DispatcherObject> objects = t.WaitScratch.AsSpan(0, values.Length);
        NtStatus status = Collect(t, values, objects, waitType == WaitTypeAll);
        return status.IsSuccess ? t.Executive.Dispatcher.Wait(t, objects, waitType == WaitTypeAll, alertable, limit) : status;
    }

    [NtSyscall("NtSignalAndWaitForSingleObject", Support.Full)]
    internal static NtStatus NtSignalAndWaitForSingleObject(NtThread t, Handle signal, Handle wait, bool alertable, GuestPointer timeout)
    {
        if (!NtTimeout.TryRead(t, timeout, out NtTimeout limit))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(signal, 0, out KernelObject first, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (first is not DispatcherObject signaled)
        {
            return NtStatus.ObjectTypeMismatch;
        }
        status = t.Reference(wait, AccessRights.Synchronize, out DispatcherObject waited);
        return status.IsSuccess ? t.Executive.Dispatcher.SignalAndWait(t, signaled, granted, waited, alertable, limit) : status;
    }

    [NtSyscall("NtDelayExecution", Support.Full)]
    internal static NtStatus NtDelayExecution(NtThread t, bool alertable, GuestPointer interval)
    {
        if (!NtTimeout.TryRead(t, interval, out NtTimeout limit))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Executive.Dispatcher.Wait(t, [], false, alertable, limit);
        if (status != NtStatus.Timeout)
        {
            return status;
        }
        if (limit.IsPoll)
        {
            Yield(t, out status);
            return status == NtStatus.MustExit ? status : NtStatus.Success;
        }
        return NtStatus.Success;
    }

    [NtSyscall("NtYieldExecution", Support.Full)]
    internal static NtStatus NtYieldExecution(NtThread t)
    {
        Yield(t, out NtStatus status);
        return status;
    }

    /// <summary>Gives the processor up. There is nothing to give up for in a posted call while no other thread wants a processor.</summary>
    private static void Yield(NtThread t, out NtStatus status) =>
        status = !t.IsPosted ? Thread.Yield() ? NtStatus.Success : NtStatus.NoYieldPerformed
            : t.Executive.Running.Count <= 1 ? NtStatus.NoYieldPerformed : NtStatus.MustExit;

    private static void NoteUse(NtThread t, Handle handle, DispatcherObject value)
    {
        if (value is EventObject used)
        {
            t.Process.Mailboxes.NoteUse(handle, used);
        }
    }

    private static NtStatus Collect(NtThread t, ReadOnlySpan<ulong> handles, Span<DispatcherObject> objects, bool distinct)
    {
        for (int i = 0; i < handles.Length; i++)
        {
            NtStatus status = t.Reference(new Handle(handles[i]), AccessRights.Synchronize, out objects[i]);
            if (!status.IsSuccess)
            {
                return status;
            }
            NoteUse(t, new Handle(handles[i]), objects[i]);
        }
        if (distinct)
        {
            for (int i = 1; i < objects.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    if (ReferenceEquals(objects[i], objects[j]))
                    {
                        return NtStatus.InvalidParameterMix;
                    }
                }
            }
        }
        return NtStatus.Success;
    }
}
