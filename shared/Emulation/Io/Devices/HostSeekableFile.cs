using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Devices;

/// <summary>
/// An inherited regular file. Its position is the descriptor's own, which other programs share ("a.exe >>log; b.exe >>log").
/// </summary>
internal sealed class HostSeekableFile(Executive executive, uint access, SafeFileHandle handle) : FileObject(executive, access, 3, FileOptions.SynchronousNonAlert)
{
    private const int SeekSet = 0, SeekCurrent = 1, SeekEnd = 2;

    /// <inheritdoc/>
    public override uint DeviceType => DiskFile.DiskFileSystemType;

    /// <inheritdoc/>
    public override string ObjectName => $@"\Device\HarddiskVolume2\host{handle.DangerousGetHandle()}";

    /// <inheritdoc/>
    public override string FileName => $@"\host{handle.DangerousGetHandle()}";

    /// <inheritdoc/>
    public override bool TryGetHostFile(out SafeFileHandle file)
    {
        file = handle;
        return true;
    }

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        NtStatus status = Transfer(reply.Thread, buffer, length, offset, false, out ulong done);
        return reply.Complete(status.IsSuccess && done == 0 && length != 0 ? NtStatus.EndOfFile : status, done);
    }

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        NtStatus status = Transfer(reply.Thread, buffer, length, offset, true, out ulong done);
        return reply.Complete(status.IsSuccess && done < length ? NtStatus.DiskFull : status, done);
    }

    /// <inheritdoc/>
    internal override NtStatus QueryMetadata(out FileMetadata metadata)
    {
        metadata = default;
        if (!HostTree.TryStat(handle, out HostStat stat))
        {
            return Errno.LastStatus;
        }
        metadata = FileMetadata.FromHost(stat);
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus QueryPosition(out long position)
    {
        position = NativeIo.Seek(handle, 0, SeekCurrent);
        return position < 0 ? Errno.LastStatus : NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus SetPosition(long position) => NativeIo.Seek(handle, position, SeekSet) < 0 ? Errno.LastStatus : NtStatus.Success;

    /// <inheritdoc/>
    internal override NtStatus Flush(NtThread thread) => NativeIo.FSync(handle) == 0 ? NtStatus.Success : Errno.LastStatus;

    /// <inheritdoc/>
    internal override NtStatus SetSpecial(NtThread thread, FileInformationClass informationClass, ReadOnlySpan<byte> buffer, uint grantedAccess)
    {
        if (informationClass != FileInformationClass.EndOfFile)
        {
            return base.SetSpecial(thread, informationClass, buffer, grantedAccess);
        }
        return (grantedAccess & FileAccessRights.WriteData) == 0 ? NtStatus.AccessDenied
            : NativeIo.FTruncate(handle, BitConverter.ToInt64(buffer)) == 0 ? NtStatus.Success
            : Errno.LastStatus;
    }

    private NtStatus Transfer(NtThread thread, GuestPointer buffer, uint length, long? offset, bool isWrite, out ulong done)
    {
        done = 0;
        List<GuestSegment> segments = thread.IoSegments;
        segments.Clear();
        if (length != 0 && !thread.Memory.TryGetSegments(buffer, length, !isWrite, segments))
        {
            return NtStatus.AccessViolation;
        }
        if (offset is { } start && NativeIo.Seek(handle, start < 0 ? 0 : start, start < 0 ? SeekEnd : SeekSet) < 0)
        {
            return Errno.LastStatus;
        }
        for (int i = 0; i < segments.Count;)
        {
            Span<GuestSegment> rest = CollectionsMarshal.AsSpan(segments)[i..];
            if (rest[0].Length == 0)
            {
                i++;
                continue;
            }
            int count = Math.Min(rest.Length, 1024);
            nint moved = isWrite ? NativeIo.WriteV(handle, in rest[0], count) : NativeIo.ReadV(handle, in rest[0], count);
            if (moved < 0 && Errno.Last == Errno.EINTR)
            {
                continue;
            }
            if (moved <= 0)
            {
                return moved == 0 || (done != 0 && !isWrite) ? NtStatus.Success : Errno.LastStatus;
            }
            done += (ulong)moved;
            for (nuint left = (nuint)moved; left != 0;)
            {
                nuint used = Math.Min(left, segments[i].Length);
                left -= used;
                segments[i] = new GuestSegment(segments[i].Address + (nint)used, segments[i].Length - used);
                i += segments[i].Length == 0 ? 1 : 0;
            }
        }
        return NtStatus.Success;
    }
}
