using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>NtReadFile, NtWriteFile, NtFlushBuffersFile and the scatter-gather forms.</summary>
internal static class FileReadWriteCalls
{
    private const long WriteToEndOfFile = -1;
    private const long UseFilePointerPosition = -2;
    private const int MaximumPages = 1 << 20;
    private const uint PageSize = 4096;

    [NtSyscall("NtReadFile", Support.Full)]
    internal static NtStatus NtReadFile(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer buffer, uint length,
        GuestPointer byteOffset, GuestPointer key)
    {
        NtStatus status = t.Reference(file, FileAccessRights.ReadData, out FileObject found);
        if (status.IsSuccess && t.IsPosted && !found.TransfersAtOnce(isWrite: false))
        {
            return NtStatus.MustExit;
        }
        if (status.IsSuccess)
        {
            status = IoReply.Create(t, found, @event, apcRoutine, apcContext, ioStatus, out IoReply reply);
            if (status.IsSuccess && (status = ReadOffset(t, byteOffset, false, out long? offset)).IsSuccess)
            {
                return found.Read(reply with { Operation = IoOperation.Read }, buffer, length, offset);
            }
        }
        return status;
    }

    [NtSyscall("NtWriteFile", Support.Full)]
    internal static NtStatus NtWriteFile(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer buffer, uint length,
        GuestPointer byteOffset, GuestPointer key)
    {
        NtStatus status = t.Reference(file, 0, out FileObject found, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (FileAccessRights.WriteData | FileAccessRights.AppendData)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        if (t.IsPosted && !found.TransfersAtOnce(isWrite: true))
        {
            return NtStatus.MustExit;
        }
        status = IoReply.Create(t, found, @event, apcRoutine, apcContext, ioStatus, out IoReply reply);
        if (status.IsSuccess && (status = ReadOffset(t, byteOffset, true, out long? offset)).IsSuccess)
        {
            return found.Write(reply with { Operation = IoOperation.Write }, buffer, length, (granted & FileAccessRights.WriteData) == 0 ? WriteToEndOfFile : offset);
        }
        return status;
    }

    [NtSyscall("NtReadFileScatter", Support.Full)]
    internal static NtStatus NtReadFileScatter(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer segments, uint length,
        GuestPointer byteOffset, GuestPointer key) => ScatterGather(t, file, @event, apcRoutine, apcContext, ioStatus, segments, length, byteOffset, false);

    [NtSyscall("NtWriteFileGather", Support.Full)]
    internal static NtStatus NtWriteFileGather(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer segments, uint length,
        GuestPointer byteOffset, GuestPointer key) => ScatterGather(t, file, @event, apcRoutine, apcContext, ioStatus, segments, length, byteOffset, true);

    [NtSyscall("NtFlushBuffersFile", Support.Full)]
    internal static NtStatus NtFlushBuffersFile(NtThread t, Handle file, GuestPointer ioStatus)
    {
        NtStatus status = t.Reference(file, 0, out FileObject found, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (FileAccessRights.WriteData | FileAccessRights.AppendData)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        status = found.Flush(t);
        return t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, 0)) ? status : NtStatus.AccessViolation;
    }

    /// <summary>FLUSH_FLAGS_FILE_DATA_ONLY, NO_SYNC and FILE_DATA_SYNC_ONLY ask for less than a flush does.</summary>
    [NtSyscall("NtFlushBuffersFileEx", Support.Full)]
    internal static NtStatus NtFlushBuffersFileEx(NtThread t, Handle file, uint flags, GuestPointer parameters, uint parametersSize, GuestPointer ioStatus)
    {
        const uint knownFlags = 7;
        return (flags & ~knownFlags) != 0 || !parameters.IsNull || parametersSize != 0 ? NtStatus.InvalidParameter : NtFlushBuffersFile(t, file, ioStatus);
    }

    private static NtStatus ScatterGather(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer list, uint length, GuestPointer byteOffset, bool isWrite)
    {
        NtStatus status = t.Reference(file, isWrite ? FileAccessRights.WriteData : FileAccessRights.ReadData, out FileObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (found is not Disk.DiskFile disk || !found.Options.HasFlag(FileOptions.NoBuffering) || found.IsSynchronous)
        {
            return NtStatus.InvalidParameter;
        }
        status = IoReply.Create(t, found, @event, apcRoutine, apcContext, ioStatus, out IoReply reply);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = ReadOffset(t, byteOffset, isWrite, out long? offset);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (offset is not >= 0 || length % PageSize != 0)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryReadArray(list, length / PageSize, MaximumPages, out ulong[] pages))
        {
            return NtStatus.AccessViolation;
        }
        List<GuestSegment> segments = [];
        foreach (ulong page in pages)
        {
            if (!t.Memory.TryGetSegments(new GuestPointer(page), PageSize, !isWrite, segments))
            {
                return NtStatus.AccessViolation;
            }
        }
        status = disk.Transfer(segments, offset.Value, isWrite, out long done);
        status = status.IsSuccess && done == 0 && length != 0 ? isWrite ? NtStatus.DiskFull : NtStatus.EndOfFile : status;
        return (reply with { Operation = isWrite ? IoOperation.Write : IoOperation.Read }).Complete(status, (ulong)done);
    }

    /// <summary>Reads the ByteOffset argument: null means the current position, and so does -2; -1 is the end of the file for writes.</summary>
    private static NtStatus ReadOffset(NtThread t, GuestPointer pointer, bool isWrite, out long? offset)
    {
        offset = null;
        if (pointer.IsNull)
        {
            return NtStatus.Success;
        }
        if (!t.Memory.TryRead(pointer, out long value))
        {
            return NtStatus.AccessViolation;
        }
        if (value < 0 && value != UseFilePointerPosition && !(isWrite && value == WriteToEndOfFile))
        {
            return NtStatus.InvalidParameter;
        }
        offset = value == UseFilePointerPosition ? null : value;
        return NtStatus.Success;
    }
}
