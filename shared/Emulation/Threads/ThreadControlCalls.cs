using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Threads;

/// <summary>Suspending, resuming, ending, opening and walking threads.</summary>
internal static class ThreadControlCalls
{
    [NtSyscall("NtSuspendThread", Support.Full)]
    internal static NtStatus NtSuspendThread(NtThread t, Handle handle, GuestPointer previousCount)
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
        status = target.Suspend(out int previous);
        if (status.IsSuccess)
        {
            QueryBuffer.ReturnOptional(t, previousCount, previous);
        }
        return status;
    }

    [NtSyscall("NtResumeThread", Support.Full)]
    internal static NtStatus NtResumeThread(NtThread t, Handle handle, GuestPointer previousCount)
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
        status = target.Resume(out int previous);
        QueryBuffer.ReturnOptional(t, previousCount, previous);
        return status;
    }

    [NtSyscall("NtTerminateThread", Support.Full)]
    internal static NtStatus NtTerminateThread(NtThread t, Handle handle, uint exitStatus)
    {
        NtThread target = t;
        if (handle.IsNull)
        {
            lock (t.Executive.Dispatcher.Lock)
            {
                if (t.Process.Threads.Count <= 1)
                {
                    return NtStatus.CannotTerminateSelf;
                }
            }
        }
        else
        {
            NtStatus status = t.Reference(handle, AccessRights.ThreadTerminate, out target);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        target.RequestTermination(new NtStatus(exitStatus));
        return NtStatus.Success;
    }

    [NtSyscall("NtSuspendProcess", Support.Full)]
    internal static NtStatus NtSuspendProcess(NtThread t, Handle handle) => ForAllThreads(t, handle, static thread => thread.Suspend(out _));

    [NtSyscall("NtResumeProcess", Support.Full)]
    internal static NtStatus NtResumeProcess(NtThread t, Handle handle) => ForAllThreads(t, handle, static thread => thread.Resume(out _));

    [NtSyscall("NtOpenThread", Support.Full)]
    internal static NtStatus NtOpenThread(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer clientId)
    {
        NtStatus status = NtObjectAttributes.Read(t, attributes, out NtObjectAttributes parsed);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(clientId, out ClientId64 id))
        {
            return NtStatus.AccessViolation;
        }
        NtThread? target = t.Executive.ClientIds.FindThread(id.UniqueThread);
        return target is null || (id.UniqueProcess != 0 && (id.UniqueProcess & ~3ul) != target.Process.ProcessId)
            ? NtStatus.InvalidCid
            : t.ReturnHandle(handle, target, access, parsed.Flags);
    }

    [NtSyscall("NtGetNextThread", Support.Full)]
    internal static NtStatus NtGetNextThread(NtThread t, Handle process, Handle thread, uint access, uint attributes, uint flags, GuestPointer next)
    {
        if (flags != 0)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = t.Reference(process, AccessRights.ProcessQueryInformation, out NtProcess owner);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint after = 0;
        if (!thread.IsNull)
        {
            status = t.Reference(thread, 0, out NtThread last);
            if (!status.IsSuccess)
            {
                return status;
            }
            after = last.ThreadId;
        }
        NtThread? found;
        lock (t.Executive.Dispatcher.Lock)
        {
            found = owner.Threads.Where(candidate => candidate.ThreadId > after).MinBy(static candidate => candidate.ThreadId);
        }
        return found is null ? NtStatus.NoMoreEntries : t.ReturnHandle(next, found, access, (ObjectFlags)attributes);
    }

    [NtSyscall("NtGetCurrentProcessorNumber", Support.Full)]
    internal static uint NtGetCurrentProcessorNumber(NtThread t) => (uint)(HostScheduler.CurrentProcessor % t.Executive.ProcessorCount);

    [NtSyscall("NtSetThreadExecutionState", Support.Partial, "Kept, not passed on to the host's power management.")]
    internal static NtStatus NtSetThreadExecutionState(NtThread t, uint state, GuestPointer previous)
    {
        const uint Known = 0x80000047;
        const uint Continuous = 0x80000000;
        if ((state & ~Known) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryWrite(previous, t.ExecutionState))
        {
            return NtStatus.AccessViolation;
        }
        if ((state & Continuous) != 0)
        {
            t.ExecutionState = state;
        }
        return NtStatus.Success;
    }

    [NtSyscall("NtRegisterThreadTerminatePort", Support.Refused, "Termination messages to ports.")]
    internal static NtStatus NtRegisterThreadTerminatePort(NtThread t, Handle port) => NtStatus.NotSupported;

    private static NtStatus ForAllThreads(NtThread t, Handle handle, Action<NtThread> action)
    {
        NtStatus status = t.Reference(handle, AccessRights.ProcessSuspendResume, out NtProcess process);
        if (!status.IsSuccess)
        {
            return status;
        }
        NtThread[] threads;
        lock (t.Executive.Dispatcher.Lock)
        {
            if (process.HasEnded)
            {
                return NtStatus.ProcessIsTerminating;
            }
            threads = [.. process.Threads];
        }
        foreach (NtThread thread in threads)
        {
            action(thread);
        }
        return NtStatus.Success;
    }
}
