using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Mailslots;

/// <summary>NtCreateMailslotFile.</summary>
internal static class MailslotCalls
{
    [NtSyscall("NtCreateMailslotFile", Support.Full)]
    internal static NtStatus NtCreateMailslotFile(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer ioStatus, uint options, uint quota, uint maximumMessage, GuestPointer timeout)
    {
        long readTimeout = long.MaxValue;
        if (!timeout.IsNull && !t.Memory.TryRead(timeout, out readTimeout))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = NtObjectAttributes.Read(t, attributes, out NtObjectAttributes name);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Executive.Io.ResolveMailslot(name, out MailslotDevice device, out string slotName);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint mapped = ObjectKinds.File.MapAccess(access);
        FileCreateRequest request = new(t, mapped, 0, 3, FileDisposition.Create, (FileOptions)options, 0, false);
        status = device.Create(request, slotName, maximumMessage, readTimeout == long.MinValue ? long.MaxValue : readTimeout, out MailslotFile file);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.ReturnHandle(handle, file, mapped, name.Flags);
        return !status.IsSuccess ? status : t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, FileCreateRequest.Created)) ? status : NtStatus.AccessViolation;
    }
}
