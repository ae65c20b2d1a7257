using System.Buffers.Binary;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// WSAEventSelect: each condition sets the event once, until the call that enables it again (recv for reading, a send that would
/// block for writing, accept for accepting).
/// </summary>
internal sealed partial class SocketFile
{
    private const int EventCount = 13;
    private const int HangUpBit = 3, AcceptBit = 7, ConnectErrorBit = 8;

    private readonly int[] _errors = new int[EventCount];
    private EventObject? _event;
    private AfdPollFlags _eventMask;
    private AfdPollFlags _pendingEvents;
    private AfdPollFlags _reportedEvents;

    /// <summary>IOCTL_AFD_EVENT_SELECT: makes the socket non-blocking.</summary>
    private NtStatus EventSelect(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 12, out byte[] input);
        if (!status.IsSuccess)
        {
            return NtStatus.InvalidParameter;
        }
        Handle handle = new(BinaryPrimitives.ReadUInt64LittleEndian(input));
        AfdPollFlags mask = (AfdPollFlags)BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(8));
        EventObject? selected = null;
        if (!handle.IsNull || mask != AfdPollFlags.None)
        {
            if (!reply.Thread.Reference(handle, EventObject.ModifyState, out EventObject found).IsSuccess)
            {
                return NtStatus.InvalidParameter;
            }
            selected = found;
        }
        lock (Lock)
        {
            (_event, _eventMask) = (selected, mask);
            _nonBlocking = true;
            UpdateWatch();
            Refresh();
            if ((_pendingEvents & mask) != 0)
            {
                selected?.Set();
            }
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>IOCTL_AFD_GET_EVENTS: WSAEnumNetworkEvents. The "input buffer" is the handle of an event to reset.</summary>
    private NtStatus GetEvents(in IoReply reply, in IoControl control)
    {
        Span<byte> output = stackalloc byte[sizeof(uint) * (1 + EventCount)];
        if (control.OutputLength < (uint)output.Length)
        {
            return NtStatus.InvalidParameter;
        }
        EventObject? reset = null;
        if (!control.Input.IsNull)
        {
            NtStatus status = reply.Thread.Reference(new Handle(control.Input.Address), EventObject.ModifyState, out EventObject found);
            if (!status.IsSuccess)
            {
                return status;
            }
            reset = found;
        }
        lock (Lock)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(output, (uint)(_pendingEvents & _eventMask));
            for (int i = 0; i < EventCount; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(output[((i + 1) * sizeof(uint))..], SocketError.ToNtStatus(_errors[i]).Value);
            }
            if (!reply.Thread.Memory.TryWrite(control.Output, output))
            {
                return NtStatus.AccessViolation;
            }
            _pendingEvents &= ~_eventMask;
            reset?.Reset();
            UpdateWatch();
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>Notes what happened since the state <paramref name="before"/>. Called under the lock.</summary>
    private void NoteEvents(SocketState before)
    {
        if (_eventMask == AfdPollFlags.None)
        {
            return;
        }
        switch (before)
        {
            case SocketState.Connecting when State == SocketState.Connected:
                Post(AfdPollFlags.Connect);
                Post(AfdPollFlags.Write);
                break;
            case SocketState.Connecting when State == SocketState.Unconnected:
                Post(AfdPollFlags.ConnectError);
                break;
            case SocketState.Listening when _acceptors.IsEmpty && (Query(HostReadiness.In) & HostReadiness.In) != 0:
                Post(AfdPollFlags.Accept);
                break;
            case SocketState.Connected or SocketState.Connectionless:
                AfdPollFlags now = CurrentFlags(AfdPollFlags.Read | AfdPollFlags.Write | AfdPollFlags.HangUp | AfdPollFlags.Reset | AfdPollFlags.OutOfBand);
                foreach (AfdPollFlags flag in (ReadOnlySpan<AfdPollFlags>)[AfdPollFlags.OutOfBand, AfdPollFlags.Read, AfdPollFlags.Write, AfdPollFlags.Reset, AfdPollFlags.HangUp])
                {
                    if ((now & flag) != 0)
                    {
                        Post(flag);
                    }
                }
                break;
        }
    }

    private void Post(AfdPollFlags flag)
    {
        if ((_reportedEvents & flag) != 0)
        {
            return;
        }
        _pendingEvents |= flag;
        _reportedEvents |= flag;
        if ((_eventMask & flag) != 0)
        {
            _event?.Set();
        }
    }

    /// <summary>Which of the wanted conditions hold now. Called under the lock.</summary>
    private AfdPollFlags CurrentFlags(AfdPollFlags wanted)
    {
        switch (State)
        {
            case SocketState.Raw:
                return AfdPollFlags.None;
            case SocketState.Unconnected:
                return _errors[ConnectErrorBit] != 0 ? AfdPollFlags.ConnectError & wanted : AfdPollFlags.None;
            case SocketState.Connecting:
                return AfdPollFlags.None;
        }
        HostReadiness ready = Query(HostReadiness.In | HostReadiness.Priority | ((wanted & AfdPollFlags.Write) != 0 ? HostReadiness.Out : HostReadiness.None));
        if (State == SocketState.Listening)
        {
            return (ready & HostReadiness.In) != 0 && _acceptors.IsEmpty ? AfdPollFlags.Accept & wanted : AfdPollFlags.None;
        }
        if (State == SocketState.Connected && (ready & HostReadiness.Error) != 0)
        {
            NoteError(ref ready);
        }
        AfdPollFlags flags = State == SocketState.Connected ? AfdPollFlags.Connect : AfdPollFlags.None;
        if ((ready & HostReadiness.Out) != 0 && !HasBacklog && _writers.IsEmpty)
        {
            flags |= AfdPollFlags.Write;
        }
        if (_isReset)
        {
            flags |= AfdPollFlags.Reset;
        }
        else if ((ready & HostReadiness.In) != 0 && _readers.IsEmpty)
        {
            flags |= Type == Datagram ? AfdPollFlags.Read : PeekFlags();
        }
        if ((ready & HostReadiness.Priority) != 0)
        {
            flags |= HostOption.TryGet(_host!, HostOption.Socket, HostOption.OutOfBandInline, out int inline) && inline != 0 ? AfdPollFlags.Read : AfdPollFlags.OutOfBand;
        }
        return flags & wanted;
    }

    /// <summary>Data, the end of the connection, or a reset.</summary>
    private AfdPollFlags PeekFlags()
    {
        byte peeked = 0;
        nint count = NativeSocket.Receive(_host!, ref peeked, 1, NativeSocket.MessagePeek);
        if (count > 0)
        {
            return AfdPollFlags.Read;
        }
        if (count == 0)
        {
            return AfdPollFlags.HangUp;
        }
        NoteReset(Errno.Last);
        return _isReset ? AfdPollFlags.Reset : AfdPollFlags.None;
    }
}
