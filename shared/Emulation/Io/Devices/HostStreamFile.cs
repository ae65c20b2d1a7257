using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Devices;

/// <summary>
/// An inherited pipe, socket or character device, used as it comes: its O_NONBLOCK flag is shared with other programs and never
/// touched. A transfer that would block waits in the thread's park, so that it can be cancelled.
/// </summary>
internal partial class HostStreamFile(Executive executive, uint access, SafeFileHandle handle, uint deviceType)
    : FileObject(executive, access, 3, FileOptions.SynchronousNonAlert)
{
    /// <summary>Bytes that a pipe which poll(2) calls writable takes without blocking (PIPE_BUF).</summary>
    private const nuint AtomicWrite = 4096;

    private const int NoWait = 8;
    private readonly List<NtThread> _waiting = [];
    private volatile bool _noWaitWorks = true;

    /// <inheritdoc/>
    public override uint DeviceType => deviceType;

    /// <inheritdoc/>
    public override string ObjectName => $@"\Device\NamedPipe\host{handle.DangerousGetHandle()}";

    /// <inheritdoc/>
    public override string FileName => $@"\host{handle.DangerousGetHandle()}";

    /// <summary>The descriptor.</summary>
    protected SafeFileHandle Descriptor => handle;

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        List<GuestSegment> segments = reply.Thread.IoSegments;
        segments.Clear();
        if (!reply.Thread.Memory.TryGetSegments(buffer, length, true, segments))
        {
            return NtStatus.AccessViolation;
        }
        if (segments.Count == 0)
        {
            return deviceType == StandardHandles.PipeType ? AwaitData(reply) : reply.Complete(NtStatus.Success, 0);
        }
        while (true)
        {
            nint moved = TryRead(segments);
            if (moved > 0)
            {
                return reply.Complete(NtStatus.Success, (ulong)moved);
            }
            if (moved == 0)
            {
                return reply.Complete(deviceType == StandardHandles.PipeType ? NtStatus.PipeBroken : NtStatus.EndOfFile, 0);
            }
            int error = Errno.Last;
            if (error is not (Errno.EAGAIN or Errno.EINTR))
            {
                return reply.Complete(Errno.ToNtStatus(error), 0);
            }
            NtStatus waited = WaitReady(reply.Thread, HostPoll.In);
            if (!waited.IsSuccess)
            {
                return reply.Complete(waited, 0);
            }
        }
    }

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        List<GuestSegment> segments = reply.Thread.IoSegments;
        segments.Clear();
        if (!reply.Thread.Memory.TryGetSegments(buffer, length, false, segments))
        {
            return NtStatus.AccessViolation;
        }
        ulong done = 0;
        for (int i = 0; i < segments.Count;)
        {
            GuestSegment segment = segments[i];
            if (segment.Length == 0)
            {
                i++;
                continue;
            }
            nint moved = TryWrite(segment);
            if (moved >= 0)
            {
                done += (ulong)moved;
                segments[i] = new GuestSegment(segment.Address + moved, segment.Length - (nuint)moved);
                continue;
            }
            int error = Errno.Last;
            if (error is not (Errno.EAGAIN or Errno.EINTR))
            {
                return reply.Complete(error == Errno.EPIPE ? NtStatus.PipeClosing : Errno.ToNtStatus(error), done);
            }
            NtStatus waited = WaitReady(reply.Thread, HostPoll.Out);
            if (!waited.IsSuccess)
            {
                return reply.Complete(waited, done);
            }
        }
        return reply.Complete(NtStatus.Success, done);
    }

    /// <summary>Waits until the descriptor is ready. STATUS_CANCELLED or STATUS_THREAD_IS_TERMINATING when the wait was ended.</summary>
    internal NtStatus WaitReady(NtThread thread, short events)
    {
        thread.SynchronousIoCancelled = false;
        thread.WaitsForDescriptor = true;
        lock (_waiting)
        {
            _waiting.Add(thread);
        }
        try
        {
            while (true)
            {
                if (thread.IsTerminating)
                {
                    return NtStatus.ThreadIsTerminating;
                }
                if (thread.SynchronousIoCancelled)
                {
                    return NtStatus.Cancelled;
                }
                if (thread.Park.WaitDescriptor((int)handle.DangerousGetHandle(), events, Deadline.Never) != 0)
                {
                    return NtStatus.Success;
                }
            }
        }
        finally
        {
            thread.WaitsForDescriptor = false;
            lock (_waiting)
            {
                _waiting.Remove(thread);
            }
        }
    }

    /// <inheritdoc/>
    internal override int CancelRequests(NtThread? thread, GuestPointer ioStatus)
    {
        int count = 0;
        lock (_waiting)
        {
            foreach (NtThread waiting in _waiting)
            {
                // Its status block is not known here; libwine's ReadFile has it on the stack, so no program names it.
                if ((thread is null || waiting == thread) && ioStatus.IsNull && waiting.CancelSynchronousIo(default))
                {
                    count++;
                }
            }
        }
        return count + base.CancelRequests(thread, ioStatus);
    }

    private nint TryRead(List<GuestSegment> segments)
    {
        Span<GuestSegment> span = CollectionsMarshal.AsSpan(segments);
        int count = Math.Min(span.Length, 1024);
        if (_noWaitWorks)
        {
            nint moved = NativeIo.PReadV2(handle, in span[0], count, -1, NoWait);
            if (moved >= 0 || Errno.Last is not (Errno.EOPNOTSUPP or Errno.EINVAL))
            {
                return moved;
            }
            _noWaitWorks = false;
        }
        HostPoll poll = new((int)handle.DangerousGetHandle(), HostPoll.In);
        if (NativeIo.Poll(ref poll, 1, 0) == 0)
        {
            Marshal.SetLastPInvokeError(Errno.EAGAIN);
            return -1;
        }
        return NativeIo.ReadV(handle, in span[0], count);
    }

    private nint TryWrite(GuestSegment segment)
    {
        if (_noWaitWorks)
        {
            nint moved = NativeIo.PWriteV2(handle, in segment, 1, -1, NoWait);
            if (moved >= 0 || Errno.Last is not (Errno.EOPNOTSUPP or Errno.EINVAL))
            {
                return moved;
            }
            _noWaitWorks = false;
        }
        HostPoll poll = new((int)handle.DangerousGetHandle(), HostPoll.Out);
        if (NativeIo.Poll(ref poll, 1, 0) == 0)
        {
            Marshal.SetLastPInvokeError(Errno.EAGAIN);
            return -1;
        }
        GuestSegment part = segment with { Length = Math.Min(segment.Length, AtomicWrite) };
        return NativeIo.WriteV(handle, in part, 1);
    }
}
