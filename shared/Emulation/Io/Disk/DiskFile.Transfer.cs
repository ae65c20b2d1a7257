using System.Runtime.InteropServices;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Reading and writing: straight between the host file and guest memory.</summary>
internal sealed partial class DiskFile
{
    /// <summary>IOV_MAX of Linux.</summary>
    private const int MaximumSegments = 1024;

    /// <inheritdoc/>
    internal override bool TransfersAtOnce(bool isWrite) => true;

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        NtStatus status = Prepare(reply.Thread, buffer, length, offset, isWrite: false);
        if (!status.IsSuccess)
        {
            return status;
        }
        List<GuestSegment> segments = reply.Thread.IoSegments;
        long done;
        if (!IsSynchronous)
        {
            status = Read(reply.Thread, segments, offset!.Value, length, out done);
            return reply.Complete(status, (ulong)done);
        }
        lock (_positionLock)
        {
            long start = offset ?? _position;
            status = Read(reply.Thread, segments, start, length, out done);
            _position = status.IsSuccess ? start + done : _position;
        }
        return reply.Complete(status, (ulong)done);
    }

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        NtStatus status = Prepare(reply.Thread, buffer, length, offset, isWrite: true);
        if (!status.IsSuccess)
        {
            return status;
        }
        List<GuestSegment> segments = reply.Thread.IoSegments;
        long done;
        if (!IsSynchronous)
        {
            status = Write(reply.Thread, segments, offset!.Value, length, out _, out done);
            return reply.Complete(status, (ulong)done);
        }
        lock (_positionLock)
        {
            status = Write(reply.Thread, segments, offset ?? _position, length, out long start, out done);
            _position = start + done;
        }
        return reply.Complete(status, (ulong)done);
    }

    /// <summary>What reading and writing check first. Leaves the host addresses of the buffer in the thread's segments.</summary>
    private NtStatus Prepare(NtThread thread, GuestPointer buffer, uint length, long? offset, bool isWrite)
    {
        if (IsDirectory || IsLink)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        if (offset is null && !IsSynchronous)
        {
            return NtStatus.InvalidParameter;
        }
        List<GuestSegment> segments = thread.IoSegments;
        segments.Clear();
        return length == 0 || thread.Memory.TryGetSegments(buffer, length, !isWrite, segments) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    /// <summary>Moves segments of guest memory to or from the file at an offset.</summary>
    /// <param name="done">Bytes moved; fewer than asked at the end of the file or after an error.</param>
    internal NtStatus Transfer(List<GuestSegment> segments, long offset, bool isWrite, out long done)
    {
        done = 0;
        if (Location.File is { } layered)
        {
            Cut(segments, layered.Length - offset);
            offset += layered.Offset;
        }
        Span<GuestSegment> rest = CollectionsMarshal.AsSpan(segments);
        while (rest.Length != 0)
        {
            if (rest[0].Length == 0)
            {
                rest = rest[1..];
                continue;
            }
            int count = Math.Min(rest.Length, MaximumSegments);
            nint moved = count == 1
                ? isWrite ? NativeIo.PWrite(Handle, rest[0].Address, rest[0].Length, offset + done) : NativeIo.PRead(Handle, rest[0].Address, rest[0].Length, offset + done)
                : isWrite ? NativeIo.PWriteV(Handle, in rest[0], count, offset + done) : NativeIo.PReadV(Handle, in rest[0], count, offset + done);
            if (moved < 0)
            {
                if (Errno.Last == Errno.EINTR)
                {
                    continue;
                }
                return done != 0 && !isWrite ? NtStatus.Success : Errno.LastStatus;
            }
            if (moved == 0)
            {
                return NtStatus.Success;
            }
            done += moved;
            for (nuint left = (nuint)moved; left != 0;)
            {
                nuint used = Math.Min(left, rest[0].Length);
                left -= used;
                rest[0] = new GuestSegment(rest[0].Address + (nint)used, rest[0].Length - used);
                if (rest[0].Length == 0)
                {
                    rest = rest[1..];
                }
            }
        }
        return NtStatus.Success;
    }

    /// <summary>Leaves the first bytes of the segments: a file of a layer ends where the next one of its container begins.</summary>
    private static void Cut(List<GuestSegment> segments, long length)
    {
        ulong left = (ulong)Math.Max(0, length);
        for (int i = 0; i < segments.Count; i++)
        {
            nuint part = (nuint)Math.Min(left, segments[i].Length);
            segments[i] = new GuestSegment(segments[i].Address, part);
            left -= part;
        }
    }

    private NtStatus Read(NtThread thread, List<GuestSegment> segments, long offset, uint length, out long done)
    {
        done = 0;
        if (Block.Locks is { } locks && locks.Forbids(this, thread.Process, (ulong)offset, length, false))
        {
            return NtStatus.FileLockConflict;
        }
        NtStatus status = Transfer(segments, offset, false, out done);
        return status.IsSuccess && done == 0 && length != 0 ? NtStatus.EndOfFile : status;
    }

    private NtStatus Write(NtThread thread, List<GuestSegment> segments, long offset, uint length, out long start, out long done)
    {
        start = offset;
        done = 0;
        if (offset >= 0)
        {
            return WriteAt(thread, segments, offset, length, out done);
        }
        lock (Block.AppendLock)
        {
            if (!HostTree.TryStat(Handle, out HostStat stat))
            {
                return Errno.LastStatus;
            }
            start = stat.Size;
            return WriteAt(thread, segments, start, length, out done);
        }
    }

    private NtStatus WriteAt(NtThread thread, List<GuestSegment> segments, long offset, uint length, out long done)
    {
        done = 0;
        if (offset > long.MaxValue - length)
        {
            return NtStatus.InvalidParameter;
        }
        if (Block.Locks is { } locks && locks.Forbids(this, thread.Process, (ulong)offset, length, true))
        {
            return NtStatus.FileLockConflict;
        }
        NtStatus status = Transfer(segments, offset, true, out done);
        return status.IsSuccess && done < length ? NtStatus.DiskFull
            : status.IsSuccess && Options.HasFlag(FileOptions.WriteThrough) ? Flush(thread)
            : status;
    }
}
