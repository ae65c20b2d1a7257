using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>Byte-range locks.</summary>
internal static class FileLockCalls
{
    [NtSyscall("NtLockFile", Support.Full)]
    internal static NtStatus NtLockFile(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer byteOffset, GuestPointer byteLength,
        uint key, bool failImmediately, bool exclusive)
    {
        NtStatus status = ReadRange(t, file, byteOffset, byteLength, out DiskFile disk, out ulong offset, out ulong length);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = IoReply.Create(t, disk, @event, apcRoutine, apcContext, ioStatus, out IoReply reply);
        if (!status.IsSuccess)
        {
            return status;
        }
        ByteRangeLocks locks;
        lock (disk.Executive.Io.ControlBlocks.Lock)
        {
            locks = disk.Block.Locks ??= new ByteRangeLocks();
        }
        ByteRangeLock wanted = new(disk, t.Process, key, offset, length, exclusive);
        if (failImmediately)
        {
            return reply.Complete(locks.TryLock(wanted) ? NtStatus.Success : NtStatus.LockNotGranted, 0);
        }
        LockRequest? request = null;
        if (locks.TryLockOrWait(wanted, () =>
        {
            request = new LockRequest(reply, locks, wanted);
            disk.AddRequest(request);
            return request;
        }))
        {
            return reply.Complete(NtStatus.Success, 0);
        }
        return disk.AwaitRequest(t, request!);
    }

    [NtSyscall("NtUnlockFile", Support.Full)]
    internal static NtStatus NtUnlockFile(NtThread t, Handle file, GuestPointer ioStatus, GuestPointer byteOffset, GuestPointer byteLength, uint key)
    {
        NtStatus status = ReadRange(t, file, byteOffset, byteLength, out DiskFile disk, out ulong offset, out ulong length);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = disk.Block.Locks is { } locks && locks.TryUnlock(disk, t.Process, key, offset, length) ? NtStatus.Success : NtStatus.RangeNotLocked;
        t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, 0));
        return status;
    }

    private static NtStatus ReadRange(NtThread t, Handle file, GuestPointer byteOffset, GuestPointer byteLength, out DiskFile disk, out ulong offset, out ulong length)
    {
        offset = length = 0;
        disk = null!;
        NtStatus status = t.Reference(file, 0, out FileObject found, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (FileAccessRights.ReadData | FileAccessRights.WriteData)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        if (found is not DiskFile { IsDirectory: false } regular)
        {
            return NtStatus.InvalidParameter;
        }
        disk = regular;
        return t.Memory.TryRead(byteOffset, out offset) && t.Memory.TryRead(byteLength, out length) ? NtStatus.Success : NtStatus.AccessViolation;
    }
}
