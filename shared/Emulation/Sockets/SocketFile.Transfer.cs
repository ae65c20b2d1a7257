using System.Buffers.Binary;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>Receiving and sending.</summary>
internal sealed partial class SocketFile
{
    /// <summary>MSG_ flags of winsock2.h.</summary>
    private const uint OutOfBandFlag = 1, PeekFlag = 2, WaitAllFlag = 8;

    private uint _receiveTimeout;
    private uint _sendTimeout;

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset) =>
        _host is null ? NtStatus.InvalidHandle : StartReceive(reply, new ReceiveRequest(reply, this, TransferBuffers.Single(buffer, length)), true);

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset) =>
        _host is null ? NtStatus.InvalidHandle : StartSend(reply, TransferBuffers.Single(buffer, length), default, 0, true);

    /// <summary>IOCTL_AFD_WINE_RECVMSG.</summary>
    private NtStatus ReceiveMessage(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 48, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        GuestPointer flagsPointer = Pointer(input, 24);
        if (!reply.Thread.Memory.TryRead(flagsPointer, out uint flags))
        {
            return NtStatus.AccessViolation;
        }
        bool isOverlapped = BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(32)) != 0;
        status = TransferBuffers.Read(reply.Thread.Memory, Pointer(input, 40), BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(36)), out TransferBuffers buffers);
        if (!status.IsSuccess)
        {
            return status;
        }
        return StartReceive(
            reply,
            new ReceiveRequest(reply, this, buffers)
            {
                HostFlags = HostFlags(flags),
                WaitsForAll = (flags & (WaitAllFlag | PeekFlag)) == WaitAllFlag && Type == Stream && (!_nonBlocking || isOverlapped),
                Address = Type == Stream ? default : Pointer(input, 8),
                AddressLength = Pointer(input, 16),
                Flags = flagsPointer,
                Control = Pointer(input, 0),
            },
            isOverlapped);
    }

    /// <summary>IOCTL_AFD_RECV, which programs call past ws2_32 (flags: AFD_MSG_OOB 0x40, AFD_MSG_PEEK 0x80, AFD_MSG_NOT_OOB 0x20).</summary>
    private NtStatus Receive(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 20, out byte[] input);
        if (!status.IsSuccess)
        {
            return NtStatus.InvalidParameter;
        }
        uint messageFlags = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(16));
        if ((messageFlags & 0x60) is 0 or 0x60)
        {
            return NtStatus.InvalidParameter;
        }
        status = TransferBuffers.Read(reply.Thread.Memory, Pointer(input, 0), BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(8)), out TransferBuffers buffers);
        if (!status.IsSuccess)
        {
            return status;
        }
        int hostFlags = HostFlags(((messageFlags >> 6) & OutOfBandFlag) | ((messageFlags >> 6) & PeekFlag));
        return StartReceive(reply, new ReceiveRequest(reply, this, buffers) { HostFlags = hostFlags }, (BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(12)) & 2) != 0);
    }

    /// <summary>IOCTL_AFD_WINE_SENDMSG.</summary>
    private NtStatus SendMessage(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 32, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        GuestPointer addressPointer = Pointer(input, 0);
        uint addressLength = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(8));
        status = TransferBuffers.Read(reply.Thread.Memory, Pointer(input, 24), BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(20)), out TransferBuffers buffers);
        SocketAddress address = default;
        if (status.IsSuccess && !addressPointer.IsNull && Type == Datagram)
        {
            status = ReadPeer(reply, addressPointer, addressLength, out address);
        }
        return status.IsSuccess
            ? StartSend(reply, buffers, address, HostFlags(BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(12)) & OutOfBandFlag), BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(16)) != 0)
            : status;
    }

    private NtStatus ReadPeer(in IoReply reply, GuestPointer pointer, uint length, out SocketAddress address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[(int)Math.Min(length, SocketAddress.MaximumLength)];
        if (!reply.Thread.Memory.TryRead(pointer, bytes))
        {
            return NtStatus.AccessViolation;
        }
        if (!SocketAddress.TryFromWindows(bytes, Family, out address))
        {
            return bytes.Length < SocketAddress.MaximumLength && Family == SocketAddress.Internet6 ? NtStatus.AccessViolation : NtStatus.InvalidAddress;
        }
        if (address.Port == 0)
        {
            // Windows takes such datagrams and drops them; the host wants a port: discard.
            address = address.WithPort(9);
        }
        return address.IsUnspecified ? NtStatus.InvalidAddressComponent : NetworkStatus.AskPeer(reply.Thread, network, address, NetworkStatus.Send);
    }

    private NtStatus StartReceive(in IoReply reply, ReceiveRequest request, bool overlapped)
    {
        lock (Lock)
        {
            AfdPollFlags cleared = (request.HostFlags & NativeSocket.MessageOutOfBand) != 0 ? AfdPollFlags.OutOfBand : AfdPollFlags.Read;
            _pendingEvents &= ~cleared;
            _reportedEvents &= ~cleared;
            NtStatus? status = Start(reply, request, _readers, overlapped);
            if (_eventMask != AfdPollFlags.None)
            {
                UpdateWatch();
                Refresh();
            }
            if (status is { } done)
            {
                return done;
            }
        }
        bool isUrgent = (request.HostFlags & NativeSocket.MessageOutOfBand) != 0;
        return Await(reply, request, _readers, isUrgent ? HostReadiness.Priority : HostReadiness.In, overlapped, _receiveTimeout);
    }

    private NtStatus StartSend(in IoReply reply, TransferBuffers buffers, SocketAddress address, int hostFlags, bool overlapped)
    {
        SendRequest request = new(reply, this, buffers, address, hostFlags);
        lock (Lock)
        {
            if (_writeShut)
            {
                return NtStatus.PipeDisconnected;
            }
            if (Type == Datagram)
            {
                NtStatus bound = BindToAny();
                if (!bound.IsSuccess)
                {
                    return bound;
                }
            }
            if (HasBacklog && _nonBlocking && !overlapped)
            {
                return FailSend(SocketError.EAGAIN);
            }
            NtStatus? status = HasBacklog ? Enqueue(request) : Start(reply, request, _writers, overlapped);
            if (status == NtStatus.DeviceNotReady && request.Progress != 0)
            {
                status = KeepRest(request);
                return status.Value.IsSuccess ? reply.Complete(NtStatus.Success, request.Progress) : status.Value;
            }
            if (status is { } done)
            {
                return done;
            }
        }
        return Await(reply, request, _writers, HostReadiness.Out, overlapped, _sendTimeout);
    }

    /// <summary>A send that has to come after what is kept.</summary>
    private NtStatus? Enqueue(SendRequest request)
    {
        AddRequest(request);
        _writers.Add(request);
        UpdateWatch();
        return null;
    }

    /// <summary>STATUS_PIPE_DISCONNECTED after shutdown, STATUS_CONNECTION_RESET after a reset, STATUS_INVALID_CONNECTION without one.</summary>
    internal NtStatus StateForReceive() =>
        _readShut ? NtStatus.PipeDisconnected
        : _isReset ? NtStatus.ConnectionReset
        : State is SocketState.Connected || (State is SocketState.Connectionless && _isBound) ? NtStatus.Success
        : State is SocketState.Connectionless ? NtStatus.InvalidParameter
        : NtStatus.InvalidConnection;

    internal NtStatus StateForSend() =>
        _isReset ? NtStatus.ConnectionReset
        : State is SocketState.Connected or SocketState.Connectionless ? NtStatus.Success
        : NtStatus.InvalidConnection;

    /// <summary>There is something to read, an end of the connection included.</summary>
    internal bool HasData() => (Query(HostReadiness.In | HostReadiness.ReadHangUp) & ~HostReadiness.Out) != 0;

    internal NtStatus FailReceive(int error, bool outOfBand)
    {
        if (outOfBand && error == Errno.EINVAL)
        {
            // Nothing has come out of band.
            return NtStatus.DeviceNotReady;
        }
        NoteReset(error);
        return SocketError.ToNtStatus(error);
    }

    internal NtStatus FailSend(int error)
    {
        _pendingEvents &= ~AfdPollFlags.Write;
        _reportedEvents &= ~AfdPollFlags.Write;
        UpdateWatch();
        NoteReset(error);
        return SocketError.ToNtStatus(error);
    }

    private void NoteReset(int error) => _isReset |= State == SocketState.Connected && error is SocketError.ECONNRESET or Errno.EPIPE;

    private static GuestPointer Pointer(ReadOnlySpan<byte> input, int offset) => new(BinaryPrimitives.ReadUInt64LittleEndian(input[offset..]));

    private static int HostFlags(uint flags) =>
        ((flags & OutOfBandFlag) != 0 ? NativeSocket.MessageOutOfBand : 0) | ((flags & PeekFlag) != 0 ? NativeSocket.MessagePeek : 0);
}
