using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>NtCreateNamedPipeFile.</summary>
internal static class NamedPipeCalls
{
    private const uint MaximumQuota = 16 << 20;

    [NtSyscall("NtCreateNamedPipeFile", Support.Full)]
    internal static NtStatus NtCreateNamedPipeFile(
        NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer ioStatus, uint share, uint disposition, uint options, uint pipeType,
        uint readMode, uint completionMode, uint maximumInstances, uint inboundQuota, uint outboundQuota, GuestPointer timeout)
    {
        long defaultTimeout = -500_000;
        if (!timeout.IsNull && !t.Memory.TryRead(timeout, out defaultTimeout))
        {
            return NtStatus.AccessViolation;
        }
        if (disposition == (uint)FileDisposition.OverwriteIf)
        {
            // libwine's CreateNamedPipe passes what Windows' spells FILE_OPEN_IF.
            disposition = (uint)FileDisposition.OpenIf;
        }
        if (share is 0 or > 3 || pipeType > 3 || readMode > 1 || completionMode > 1 || maximumInstances == 0 || disposition is 0 or > 3
            || defaultTimeout > 0 || (readMode == 1 && (pipeType & 1) == 0))
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = NtObjectAttributes.Read(t, attributes, out NtObjectAttributes name);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Executive.Io.ResolvePipe(name, out NamedPipeDevice device, out string pipeName);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint mapped = ObjectKinds.File.MapAccess(access);
        FileCreateRequest request = new(t, mapped, 0, share, (FileDisposition)disposition, (FileOptions)options, 0, false);
        PipeSettings settings = new((pipeType & 1) != 0, share switch { 1 => 1, 2 => 0, _ => 2 }, maximumInstances, Math.Min(inboundQuota, MaximumQuota), Math.Min(outboundQuota, MaximumQuota), defaultTimeout);
        status = device.CreateInstance(request, pipeName, settings, readMode == 1, completionMode == 1, out PipeEnd server, out ulong information);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.ReturnHandle(handle, server, mapped, name.Flags);
        return !status.IsSuccess ? status : t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, information)) ? status : NtStatus.AccessViolation;
    }
}
