using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Debugging;

/// <summary>The system calls of a debugger.</summary>
internal static class DebugCalls
{
    private const uint KillOnClose = 1;
    private const uint KillProcessOnExitInformation = 1;

    [NtSyscall("NtCreateDebugObject", Support.Full)]
    internal static NtStatus NtCreateDebugObject(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, uint flags) =>
        (flags & ~KillOnClose) != 0
            ? NtStatus.InvalidParameter
            : NamedObjects.Create(t, handle, access, attributes, new DebugObject(t.Executive.Dispatcher, (flags & KillOnClose) != 0));

    [NtSyscall("NtDebugActiveProcess", Support.Full)]
    internal static NtStatus NtDebugActiveProcess(NtThread t, Handle process, Handle debugObject)
    {
        NtStatus status = t.Reference(process, AccessRights.ProcessSuspendResume, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (target == t.Process)
        {
            return NtStatus.AccessDenied;
        }
        status = t.Reference(debugObject, DebugObject.ProcessAssign, out DebugObject debug);
        return status.IsSuccess ? debug.Attach(target) : status;
    }

    [NtSyscall("NtRemoveProcessDebug", Support.Full)]
    internal static NtStatus NtRemoveProcessDebug(NtThread t, Handle process, Handle debugObject)
    {
        NtStatus status = t.Reference(process, AccessRights.ProcessSuspendResume, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Reference(debugObject, DebugObject.ProcessAssign, out DebugObject debug);
        return status.IsSuccess ? debug.Detach(target) : status;
    }

    [NtSyscall("NtWaitForDebugEvent", Support.Full)]
    internal static NtStatus NtWaitForDebugEvent(NtThread t, Handle debugObject, bool alertable, GuestPointer timeout, GuestPointer state)
    {
        if (!NtTimeout.TryRead(t, timeout, out NtTimeout limit) || !t.Memory.CanWrite(state, DebugStateWriter.Size))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(debugObject, DebugObject.ReadEvent, out DebugObject debug);
        while (status.IsSuccess)
        {
            if (debug.Take() is { } e)
            {
                status = new DebugStateWriter(t, state).Write(e);
                if (!status.IsSuccess)
                {
                    debug.Untake(e);
                }
                return status;
            }
            status = t.Executive.Dispatcher.Wait(t, debug, alertable, limit);
            if (status != NtStatus.Success)
            {
                return status;
            }
        }
        return status;
    }

    [NtSyscall("NtDebugContinue", Support.Full)]
    internal static NtStatus NtDebugContinue(NtThread t, Handle debugObject, GuestPointer clientId, uint continueStatus)
    {
        NtStatus how = new(continueStatus);
        if (!t.Memory.TryRead(clientId, out ClientId64 id))
        {
            return NtStatus.AccessViolation;
        }
        bool isKnown = how == NtStatus.DbgContinue || how == NtStatus.DbgExceptionHandled || how == NtStatus.DbgExceptionNotHandled || how == NtStatus.DbgReplyLater
            || how == NtStatus.DbgTerminateProcess || how == NtStatus.DbgTerminateThread;
        if (!isKnown || id.UniqueProcess > uint.MaxValue || id.UniqueThread > uint.MaxValue)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = t.Reference(debugObject, DebugObject.ReadEvent, out DebugObject debug);
        return status.IsSuccess ? debug.Continue((uint)id.UniqueProcess & ~3u, (uint)id.UniqueThread & ~3u, how) : status;
    }

    [NtSyscall("NtSetInformationDebugObject", Support.Full)]
    internal static NtStatus NtSetInformationDebugObject(NtThread t, Handle debugObject, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (informationClass != KillProcessOnExitInformation)
        {
            return NtStatus.InvalidParameter;
        }
        bool fits = length == sizeof(uint);
        if (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, fits ? 0u : sizeof(uint)))
        {
            return NtStatus.AccessViolation;
        }
        if (!fits)
        {
            return NtStatus.InfoLengthMismatch;
        }
        if (!t.Memory.TryRead(buffer, out uint value))
        {
            return NtStatus.AccessViolation;
        }
        if ((value & ~KillOnClose) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = t.Reference(debugObject, DebugObject.SetInformation, out DebugObject debug);
        if (status.IsSuccess)
        {
            debug.KillsOnClose = value != 0;
        }
        return status;
    }
}
