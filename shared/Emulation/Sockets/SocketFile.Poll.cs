using System.Buffers.Binary;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Sockets;

/// <summary>IOCTL_AFD_POLL: select, WSAPoll and the polls of event loops.</summary>
internal sealed partial class SocketFile
{
    private const int PollHeader = 16, PollEntrySize = 16;

    /// <summary>Guards the list; nothing else is locked while it is held.</summary>
    private readonly Lock _pollLock = new();
    private readonly List<PollEntry> _polls = [];
    private volatile AfdPollFlags _polledFlags;

    private AfdPollFlags PolledFlags => _polledFlags;

    private NtStatus Poll(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, PollHeader + PollEntrySize, out byte[] input);
        if (!status.IsSuccess || control.OutputLength < control.InputLength)
        {
            return NtStatus.InvalidParameter;
        }
        long timeout = BinaryPrimitives.ReadInt64LittleEndian(input);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(8));
        if (count == 0 || count > (uint)(input.Length - PollHeader) / PollEntrySize)
        {
            return NtStatus.InvalidParameter;
        }
        PollEntry[] entries = new PollEntry[count];
        for (int i = 0; i < entries.Length; i++)
        {
            ReadOnlySpan<byte> entry = input.AsSpan(PollHeader + (i * PollEntrySize), PollEntrySize);
            ulong handle = BinaryPrimitives.ReadUInt64LittleEndian(entry);
            status = reply.Thread.Reference(new Handle(handle), 0, out SocketFile socket);
            if (!status.IsSuccess)
            {
                return status;
            }
            entries[i] = new PollEntry(socket, handle, (AfdPollFlags)BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
        }
        PollRequest request = new(reply, entries, control.Output, timeout, input[12] != 0);
        return StartPoll(reply, request, timeout);
    }

    private NtStatus StartPoll(in IoReply reply, PollRequest request, long timeout)
    {
        bool anyTold = false;
        foreach (PollEntry entry in request.Entries)
        {
            entry.Request = request;
            entry.Socket.EndExclusivePolls(request);
            anyTold |= entry.Socket.TellIfReady(entry);
        }
        if (anyTold || timeout == 0)
        {
            NtStatus now = request.Write(NtStatus.Success, out ulong information);
            return reply.Complete(now, information);
        }
        NtStatus status = network.GetPoller(out SocketPoller poller);
        if (!status.IsSuccess)
        {
            return status;
        }
        AddRequest(request);
        foreach (PollEntry entry in request.Entries)
        {
            entry.Socket.AddPoll(entry);
        }
        NtTimeout limit = NtTimeout.FromNt(timeout is long.MinValue or long.MaxValue ? long.MinValue : timeout, Executive.Clock);
        if (limit.IsPoll)
        {
            request.Expire();
        }
        else if (!limit.Deadline.IsNever)
        {
            // ws2_32.dll gives relative times alone: an absolute one is none that a program asked for.
            poller.AddDeadline(request, limit.WithoutPauses(Executive.Clock.Monotonic).Deadline.Ticks);
        }
        return AwaitRequest(reply.Thread, request);
    }

    /// <summary>Takes an entry out of the list.</summary>
    internal void RemovePoll(PollEntry entry)
    {
        lock (_pollLock)
        {
            if (_polls.Remove(entry))
            {
                UpdatePolledFlags();
            }
        }
    }

    private void AddPoll(PollEntry entry)
    {
        lock (_pollLock)
        {
            if (entry.Request is { IsCompleted: false })
            {
                _polls.Add(entry);
                UpdatePolledFlags();
            }
        }
        lock (Lock)
        {
            UpdateWatch();
        }
        // What happened between the first look and now.
        ServePolls(entry);
    }

    private void EndExclusivePolls(PollRequest newer)
    {
        if (!newer.IsExclusive)
        {
            return;
        }
        PollEntry[] older;
        lock (_pollLock)
        {
            older = [.. _polls.Where(e => e.Request is { IsExclusive: true } && e.Request != newer)];
        }
        foreach (PollEntry entry in older)
        {
            entry.Request!.Complete(NtStatus.Success);
        }
    }

    /// <summary>Ends the polls that wait for what the socket is ready for now. Called without the lock.</summary>
    /// <param name="only">Look at this entry alone.</param>
    private void ServePolls(PollEntry? only)
    {
        PollEntry[] entries;
        lock (_pollLock)
        {
            entries = only is not null ? [only] : _polls.Count == 0 ? [] : [.. _polls];
        }
        foreach (PollEntry entry in entries)
        {
            if (TellIfReady(entry))
            {
                entry.Request!.Complete(NtStatus.Success);
            }
        }
    }

    /// <summary>Ends all polls of the socket: it is closed.</summary>
    private void EndPolls(AfdPollFlags told, NtStatus status)
    {
        PollEntry[] entries;
        lock (_pollLock)
        {
            entries = _polls.Count == 0 ? [] : [.. _polls];
        }
        foreach (PollEntry entry in entries)
        {
            entry.Tell(told, status);
            entry.Request!.Complete(NtStatus.Success);
        }
    }

    private bool TellIfReady(PollEntry entry)
    {
        lock (Lock)
        {
            if (State == SocketState.Connecting)
            {
                Refresh();
            }
            AfdPollFlags flags = CurrentFlags(entry.Mask);
            if (flags == AfdPollFlags.None)
            {
                return false;
            }
            entry.Tell(flags, (flags & AfdPollFlags.ConnectError) != 0 ? SocketError.ToNtStatus(_errors[ConnectErrorBit]) : NtStatus.Success);
            return true;
        }
    }

    private void UpdatePolledFlags()
    {
        AfdPollFlags flags = AfdPollFlags.None;
        foreach (PollEntry entry in _polls)
        {
            flags |= entry.Mask;
        }
        _polledFlags = flags;
    }
}
