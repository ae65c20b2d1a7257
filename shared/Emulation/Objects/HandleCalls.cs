using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>Closing, duplicating and comparing handles.</summary>
internal static class HandleCalls
{
    private const uint CloseSource = 1;
    private const uint SameAccess = 2;
    private const uint SameAttributes = 4;

    [NtSyscall("NtClose", Support.Full)]
    internal static NtStatus NtClose(NtThread t, Handle handle) =>
        handle.Value >= Handle.CurrentThreadEffectiveToken.Value ? NtStatus.Success : t.Process.Handles.Close(handle);

    [NtSyscall("NtCompareObjects", Support.Full)]
    internal static NtStatus NtCompareObjects(NtThread t, Handle first, Handle second)
    {
        NtStatus status = t.Reference(first, 0, out KernelObject a);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Reference(second, 0, out KernelObject b);
        return !status.IsSuccess ? status : a == b ? NtStatus.Success : NtStatus.NotSameObject;
    }

    [NtSyscall("NtDuplicateObject", Support.Full)]
    internal static NtStatus NtDuplicateObject(NtThread t, Handle sourceProcess, Handle sourceHandle, Handle targetProcess,
        GuestPointer targetHandle, uint desiredAccess, uint attributes, uint options)
    {
        NtStatus status = t.Reference(sourceProcess, AccessRights.ProcessDuplicateHandle, out NtProcess source);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = Duplicate(t, source, sourceHandle, targetProcess, targetHandle, desiredAccess, attributes, options, out bool inPlace);
        if ((options & CloseSource) != 0 && !inPlace)
        {
            source.Handles.Close(sourceHandle);
        }
        return status;
    }

    private static NtStatus Duplicate(NtThread t, NtProcess source, Handle sourceHandle, Handle targetProcess, GuestPointer targetHandle,
        uint desiredAccess, uint attributes, uint options, out bool inPlace)
    {
        inPlace = false;
        NtStatus status = Find(t, source, sourceHandle, out HandleEntry entry, out bool isPseudo);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (targetProcess.IsNull && (options & CloseSource) != 0)
        {
            return NtStatus.Success;
        }
        status = t.Reference(targetProcess, AccessRights.ProcessDuplicateHandle, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (target.HasEnded)
        {
            return NtStatus.ProcessIsTerminating;
        }
        uint access = (options & SameAccess) != 0 ? entry.Access : entry.Object.Kind.MapAccess(desiredAccess);
        bool inherit = (options & SameAttributes) != 0 ? entry.Inherit : ((ObjectFlags)attributes).HasFlag(ObjectFlags.Inherit);
        if (source == target && (options & CloseSource) != 0 && !isPseudo && !entry.ProtectFromClose)
        {
            // The value stays the same, as on NT, where the closed value is the first to be used again.
            if (!t.Memory.TryWrite(targetHandle, sourceHandle.Value & ~3ul))
            {
                return NtStatus.AccessViolation;
            }
            inPlace = true;
            return target.Handles.Change(sourceHandle, access, inherit);
        }
        status = target.Handles.Insert(entry.Object, access, inherit, out Handle created);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!targetHandle.IsNull && !t.Memory.TryWrite(targetHandle, created.Value))
        {
            target.Handles.Close(created);
            return NtStatus.AccessViolation;
        }
        if ((options & SameAttributes) != 0 && entry.ProtectFromClose)
        {
            target.Handles.SetFlags(created, inherit, true);
        }
        return NtStatus.Success;
    }

    private static NtStatus Find(NtThread t, NtProcess process, Handle handle, out HandleEntry entry, out bool isPseudo)
    {
        isPseudo = handle.Value >= Handle.CurrentThreadEffectiveToken.Value;
        if (!isPseudo)
        {
            return process.Handles.TryGet(handle, out entry) ? NtStatus.Success : NtStatus.InvalidHandle;
        }
        KernelObject found = process;
        NtStatus status = handle == Handle.CurrentProcess ? NtStatus.Success : t.Reference(handle, 0, out found);
        entry = status.IsSuccess ? new HandleEntry(found, found.Kind.AllAccess, false, false) : default;
        return status;
    }
}
