using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Threads;

/// <summary>Creating threads.</summary>
internal static class ThreadCreateCalls
{
    private const uint ProcessCreateThread = 0x2;
    private const uint CreateSuspended = 0x1;
    private const uint AttributeClientId = 0x10003;
    private const uint AttributeTebAddress = 0x10004;
    private const int MaximumAttributes = 32;

    [NtSyscall("NtCreateThreadEx", Support.Full)]
    internal static NtStatus NtCreateThreadEx(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, Handle process, ulong start, ulong argument, uint flags, ulong zeroBits, ulong stackCommit, ulong stackReserve, GuestPointer attributeList)
    {
        NtStatus status = t.Reference(process, ProcessCreateThread, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = NtObjectAttributes.Read(t, attributes, out NtObjectAttributes oa);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (target.IsEnding)
        {
            return NtStatus.ProcessIsTerminating;
        }
        status = ThreadBuilder.Create(target, start, argument, Math.Max(stackReserve, stackCommit), out NtThread? thread);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = WriteAttributes(t, attributeList, thread!);
        if (status.IsSuccess)
        {
            status = t.ReturnHandle(handle, thread!, access == 0 ? ObjectKinds.Thread.AllAccess : access, oa.Flags);
        }
        if ((flags & CreateSuspended) != 0)
        {
            thread!.Suspend(out _);
        }
        if (!status.IsSuccess)
        {
            thread!.RequestTermination(status);
        }
        NtStatus started = thread!.Start();
        return status.IsSuccess ? started : status;
    }

    private static NtStatus WriteAttributes(NtThread t, GuestPointer list, NtThread thread)
    {
        if (list.IsNull)
        {
            return NtStatus.Success;
        }
        if (!t.Memory.TryRead(list, out ulong totalLength))
        {
            return NtStatus.AccessViolation;
        }
        ulong count = (totalLength - 8) / 32;
        if (totalLength < 8 || count > MaximumAttributes)
        {
            return NtStatus.InvalidParameter;
        }
        for (long i = 0; i < (long)count; i++)
        {
            // PS_ATTRIBUTE: Attribute, Size, Value, ReturnLength.
            if (!t.Memory.TryReadArray(list + 8 + (i * 32), 4, 4, out ulong[] entry))
            {
                return NtStatus.AccessViolation;
            }
            GuestPointer value = new(entry[2]);
            bool written = (uint)entry[0] switch
            {
                AttributeClientId => entry[1] >= 16 && t.Memory.TryWrite(value, new ClientId64(thread.Process.ProcessId, thread.ThreadId)),
                AttributeTebAddress => entry[1] >= 8 && t.Memory.TryWrite(value, thread.Teb),
                _ => true,
            };
            if (!written)
            {
                return NtStatus.AccessViolation;
            }
        }
        return NtStatus.Success;
    }
}
