using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Notify;

/// <summary>
/// NtNotifyChangeDirectoryFile. It never waits, not even on a synchronous file: libwine's FindFirstChangeNotification opens one
/// and counts on STATUS_PENDING.
/// </summary>
internal static class NotifyCalls
{
    [NtSyscall("NtNotifyChangeDirectoryFile", Support.Full)]
    internal static NtStatus NtNotifyChangeDirectoryFile(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer buffer, uint length, uint filter, bool subtree)
    {
        NtStatus status = t.Reference(file, FileAccessRights.ReadData, out FileObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (found is not DiskFile { IsDirectory: true } directory || filter == 0 || (filter & ~NotifyFilter.Valid) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        status = IoReply.Create(t, found, @event, apcRoutine, apcContext, ioStatus, out IoReply reply);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.CanWrite(ioStatus, 16) || (length != 0 && !t.Memory.CanWrite(buffer, length)))
        {
            return NtStatus.AccessViolation;
        }
        status = directory.Watch(filter, subtree, out DirectoryWatch? watch);
        if (!status.IsSuccess)
        {
            return status;
        }
        NotifyRequest request = new(reply, watch!, buffer, length);
        directory.AddRequest(request);
        watch!.Submit(request);
        // libwine's FindFirstChangeNotification has no buffer, and a synchronous handle that it waits for later.
        return buffer.IsNull && length == 0 ? NtStatus.Pending : directory.AwaitRequest(t, request);
    }
}
