using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>NtFsControlFile on files and directories (control codes: winioctl.h, ntifs.h).</summary>
internal sealed partial class DiskFile
{
    private const uint IsVolumeMounted = 0x90028;
    private const uint GetCompression = 0x9003c;
    private const uint SetCompression = 0x9c040;
    private const uint GetObjectId = 0x9009c;
    private const uint CreateOrGetObjectId = 0x900c0;
    private const uint SetSparse = 0x900c4;
    private const uint SetZeroData = 0x980c8;
    private const uint QueryAllocatedRanges = 0x940cf;
    private const uint SetReparsePoint = 0x900a4;
    private const uint GetReparsePoint = 0x900a8;
    private const uint DeleteReparsePoint = 0x900ac;

    private const ulong ObjectIdMark = 0x5056_0000_0000_0000;

    private const int KeepSize = 1, PunchHole = 2;

    /// <inheritdoc/>
    internal override NtStatus FsControl(in IoReply reply, in IoControl control)
    {
        switch (control.Code)
        {
            case GetObjectId:
            case CreateOrGetObjectId:
                return ReturnObjectId(reply, control);
            case SetSparse:
                return MakeSparse(reply, control);
            case IsVolumeMounted:
                return reply.Complete(NtStatus.Success, 0);
            case GetCompression:
                return Return(reply, control, [0, 0]);
            case SetCompression:
                return reply.Thread.Memory.TryRead(control.Input, out ushort format) && control.InputLength >= 2 && format == 0
                    ? reply.Complete(NtStatus.Success, 0)
                    : NtStatus.InvalidDeviceRequest;
            case SetZeroData:
                return ZeroData(reply, control);
            case QueryAllocatedRanges:
                return ReturnAllocatedRanges(reply, control);
            case SetReparsePoint:
                return (control.GrantedAccess & (FileAccessRights.WriteData | FileAccessRights.WriteAttributes)) == 0 ? NtStatus.AccessDenied : reply.Complete(ReparsePoints.Set(this, reply, control), 0);
            case GetReparsePoint:
                return ReparsePoints.Get(this, reply, control);
            case DeleteReparsePoint:
                return IsLink ? reply.Complete(ReparsePoints.Delete(this), 0) : NtStatus.NotAReparsePoint;
            case 0x90000 or 0x90004 or 0x90008 or 0x9005c or 0x90240:
                return NtStatus.OplockNotGranted;
            default:
                return NtStatus.InvalidDeviceRequest;
        }
    }

    /// <summary>Copies a result to the output buffer and completes the call. STATUS_BUFFER_TOO_SMALL when it does not fit.</summary>
    internal static NtStatus Return(in IoReply reply, in IoControl control, ReadOnlySpan<byte> output) =>
        control.OutputLength < (uint)output.Length ? NtStatus.BufferTooSmall
        : reply.Thread.Memory.TryWrite(control.Output, output) ? reply.Complete(NtStatus.Success, (ulong)output.Length)
        : NtStatus.AccessViolation;

    /// <summary>The file that an object id of <see cref="ReturnObjectId"/> means.</summary>
    public static FileKey KeyOfObjectId(ulong low, ulong high) => new(high ^ ObjectIdMark, low);

    private NtStatus ReturnObjectId(in IoReply reply, in IoControl control)
    {
        Span<byte> output = stackalloc byte[64];
        output.Clear();
        InformationBuffer writer = new(output);
        writer.Add(Block.Key.Inode);
        writer.Add(Block.Key.Device ^ ObjectIdMark);
        return Return(reply, control, output);
    }

    /// <summary>FILE_SET_SPARSE_BUFFER: one byte, or nothing for true. Every file of the host may have holes; the attribute says that this one may.</summary>
    private NtStatus MakeSparse(in IoReply reply, in IoControl control)
    {
        byte sparse = 1;
        if (control.InputLength != 0 && !reply.Thread.Memory.TryRead(control.Input, out sparse))
        {
            return NtStatus.AccessViolation;
        }
        if (IsDirectory || IsLink)
        {
            return NtStatus.InvalidParameter;
        }
        if ((control.GrantedAccess & (FileAccessRights.WriteData | FileAccessRights.WriteAttributes)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        NtStatus status = QueryMetadata(out FileMetadata now);
        if (!status.IsSuccess)
        {
            return status;
        }
        StoredAttributes.Store(Handle, sparse != 0 ? now.Attributes | FileAttributeFlags.SparseFile : now.Attributes & ~FileAttributeFlags.SparseFile, false);
        return reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus ZeroData(in IoReply reply, in IoControl control)
    {
        if (control.InputLength < 16)
        {
            return NtStatus.BufferTooSmall;
        }
        if (!reply.Thread.Memory.TryRead(control.Input, out long start) || !reply.Thread.Memory.TryRead(control.Input + 8, out long end))
        {
            return NtStatus.AccessViolation;
        }
        if (start < 0 || end < start || IsDirectory)
        {
            return NtStatus.InvalidParameter;
        }
        return start == end || NativeIo.FAllocate(Handle, KeepSize | PunchHole, start, end - start) == 0
            ? reply.Complete(NtStatus.Success, 0)
            : Errno.LastStatus;
    }

    private NtStatus ReturnAllocatedRanges(in IoReply reply, in IoControl control)
    {
        const int SeekData = 3, SeekHole = 4;
        if (control.InputLength < 16)
        {
            return NtStatus.BufferTooSmall;
        }
        if (!reply.Thread.Memory.TryRead(control.Input, out long start) || !reply.Thread.Memory.TryRead(control.Input + 8, out long length))
        {
            return NtStatus.AccessViolation;
        }
        if (start < 0 || length < 0 || start > long.MaxValue - length || IsPathOnly || IsDirectory)
        {
            return NtStatus.InvalidParameter;
        }
        long end = Location.File is { } layered ? Math.Min(start + length, layered.Length) : start + length;
        uint written = 0;
        while (start < end)
        {
            long data = Location.File is null ? NativeIo.Seek(Handle, start, SeekData) : start;
            if (data < 0 || data >= end)
            {
                break;
            }
            long hole = Location.File is null ? Math.Min(NativeIo.Seek(Handle, data, SeekHole), end) : end;
            if (hole <= data)
            {
                break;
            }
            if (control.OutputLength - written < 16)
            {
                return written == 0 ? NtStatus.BufferTooSmall : reply.Complete(NtStatus.BufferOverflow, written);
            }
            if (!reply.Thread.Memory.TryWrite(control.Output + written, data) || !reply.Thread.Memory.TryWrite(control.Output + (written + 8), hole - data))
            {
                return NtStatus.AccessViolation;
            }
            written += 16;
            start = hole;
        }
        return reply.Complete(NtStatus.Success, written);
    }
}
