using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>NtDeviceIoControlFile, NtFsControlFile and cancellation.</summary>
internal static class FileControlCalls
{
    [NtSyscall("NtDeviceIoControlFile", Support.Partial, "each device knows its own control codes")]
    internal static NtStatus NtDeviceIoControlFile(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, uint code, GuestPointer input, uint inputLength,
        GuestPointer output, uint outputLength)
    {
        NtStatus status = Begin(t, file, @event, apcRoutine, apcContext, ioStatus, code, out FileObject found, out uint granted, out IoReply reply);
        return status.IsSuccess ? found.DeviceControl(reply, new IoControl(code, input, inputLength, output, outputLength, granted)) : status;
    }

    [NtSyscall("NtFsControlFile", Support.Partial, "object ids, reparse points, sparse files, compression state and pipes; op-locks are refused")]
    internal static NtStatus NtFsControlFile(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, uint code, GuestPointer input, uint inputLength,
        GuestPointer output, uint outputLength)
    {
        NtStatus status = Begin(t, file, @event, apcRoutine, apcContext, ioStatus, code, out FileObject found, out uint granted, out IoReply reply);
        return status.IsSuccess ? found.FsControl(reply, new IoControl(code, input, inputLength, output, outputLength, granted)) : status;
    }

    [NtSyscall("NtCancelIoFile", Support.Full)]
    internal static NtStatus NtCancelIoFile(NtThread t, Handle file, GuestPointer ioStatus)
    {
        NtStatus status = t.Reference(file, 0, out FileObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        found.CancelRequests(t, default);
        return t.Memory.TryWrite(ioStatus, new IoStatusBlock64(NtStatus.Success, 0)) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    [NtSyscall("NtCancelIoFileEx", Support.Full)]
    internal static NtStatus NtCancelIoFileEx(NtThread t, Handle file, GuestPointer request, GuestPointer ioStatus)
    {
        NtStatus status = t.Reference(file, 0, out FileObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = found.CancelRequests(null, request) != 0 ? NtStatus.Success : NtStatus.NotFound;
        return t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, 0)) ? status : NtStatus.AccessViolation;
    }

    [NtSyscall("NtCancelSynchronousIoFile", Support.Full)]
    internal static NtStatus NtCancelSynchronousIoFile(NtThread t, Handle thread, GuestPointer request, GuestPointer ioStatus)
    {
        NtStatus status = t.Reference(thread, 1, out NtThread target);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = target.CancelSynchronousIo(request) ? NtStatus.Success : NtStatus.NotFound;
        return t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, 0)) ? status : NtStatus.AccessViolation;
    }

    /// <summary>The access that a control code asks for is in its bits 14-15: 1 read, 2 write.</summary>
    private static NtStatus Begin(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, uint code, out FileObject found, out uint granted, out IoReply reply)
    {
        reply = default;
        uint access = (code >> 14) & 3;
        NtStatus status = t.Reference(file, 0, out found, out granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        return (access & ~granted & (FileAccessRights.ReadData | FileAccessRights.WriteData)) != 0 && found is Disk.DiskFile
            ? NtStatus.AccessDenied
            : IoReply.Create(t, found, @event, apcRoutine, apcContext, ioStatus, out reply);
    }
}
