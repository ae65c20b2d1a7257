using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sockets;

/// <summary>Connecting and the end of a connection.</summary>
internal sealed partial class SocketFile
{
    private const int ConnectHeader = 8;
    private ConnectRequest? _connectRequest;

    /// <summary>
    /// IOCTL_AFD_WINE_CONNECT: connect() ("synchronous": a non-blocking socket does not wait) and ConnectEx, which needs a bound
    /// socket and may send data.
    /// </summary>
    private NtStatus Connect(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, ConnectHeader, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        int addressLength = BinaryPrimitives.ReadInt32LittleEndian(input);
        bool isOverlapped = BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(4)) == 0;
        if (addressLength < 0 || addressLength > input.Length - ConnectHeader)
        {
            return NtStatus.BufferTooSmall;
        }
        ReadOnlyMemory<byte> data = input.AsMemory(ConnectHeader + addressLength);
        ConnectRequest request;
        lock (Lock)
        {
            status = MayConnect(isOverlapped);
            if (status.IsSuccess)
            {
                status = ConnectHost(reply.Thread, input.AsSpan(ConnectHeader, addressLength), out bool isDone);
                if (status.IsSuccess && isDone && data.Length == 0)
                {
                    NoteEvents(SocketState.Connecting);
                    UpdateWatch();
                    return reply.Complete(NtStatus.Success, 0);
                }
            }
            if (!status.IsSuccess)
            {
                return status;
            }
            if (!isOverlapped && _nonBlocking)
            {
                UpdateWatch();
                return NtStatus.DeviceNotReady;
            }
            request = new ConnectRequest(reply, this, data, isOverlapped);
            AddRequest(request);
            _connectRequest = request;
            Refresh();
            UpdateWatch();
        }
        return request.IsCompleted && !isOverlapped ? request.Status : AwaitRequest(reply.Thread, request);
    }

    /// <summary>The error of the last attempt to connect; 0 when it did not fail. Read by requests under the lock.</summary>
    internal int ConnectError => _errors[ConnectErrorBit];

    private NtStatus MayConnect(bool isOverlapped)
    {
        if (isOverlapped && !_isBound)
        {
            return NtStatus.InvalidParameter;
        }
        if (_acceptReceive is not null || _connectRequest is not null || _host is null)
        {
            return NtStatus.InvalidParameter;
        }
        return State switch
        {
            SocketState.Listening => NtStatus.InvalidParameter,
            SocketState.Connecting => isOverlapped ? NtStatus.InvalidParameter : NtStatus.AddressAlreadyAssociated,
            SocketState.Connected => NtStatus.ConnectionActive,
            _ => NtStatus.Success,
        };
    }

    private NtStatus ConnectHost(NtThread thread, ReadOnlySpan<byte> guestAddress, out bool isDone)
    {
        isDone = false;
        if (Type == Datagram && guestAddress.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(guestAddress) == 0)
        {
            return Disassociate(out isDone);
        }
        if (!SocketAddress.TryFromWindows(guestAddress, Family, out SocketAddress peer))
        {
            return NtStatus.InvalidAddress;
        }
        if (peer.IsUnspecified && Type == Stream)
        {
            return NtStatus.InvalidAddressComponent;
        }
        NtStatus status = NetworkStatus.AskPeer(thread, network, peer, NetworkStatus.Connect);
        if (!status.IsSuccess)
        {
            return status;
        }
        SafeFileHandle host = _host!;
        Span<byte> bytes = stackalloc byte[SocketAddress.MaximumLength];
        int length = peer.ToHost(bytes);
        int result = NativeSocket.Connect(host, in bytes[0], length);
        if (result < 0 && Errno.Last == SocketError.ECONNABORTED)
        {
            // Linux says once more that the attempt before failed; the next call starts a new one.
            result = NativeSocket.Connect(host, in bytes[0], length);
        }
        int error = result < 0 ? Errno.Last : 0;
        if (error is not (0 or SocketError.EINPROGRESS))
        {
            _errors[ConnectErrorBit] = error;
            return SocketError.ToNtStatus(error);
        }
        _errors[ConnectErrorBit] = 0;
        _peer = peer;
        _local = HostNameOf(host);
        _isBound = true;
        isDone = error == 0;
        if (Type == Stream)
        {
            State = SocketState.Connecting;
            if (isDone)
            {
                BecomeConnected();
            }
        }
        return NtStatus.Success;
    }

    /// <summary>connect() with AF_UNSPEC: the datagram socket has no peer any more.</summary>
    private NtStatus Disassociate(out bool isDone)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        isDone = NativeSocket.Connect(_host!, in bytes[0], bytes.Length) == 0;
        _peer = default;
        return isDone ? NtStatus.Success : SocketError.LastStatus;
    }

    private void BecomeConnected()
    {
        State = SocketState.Connected;
        _connectTime = Stopwatch.GetTimestamp();
        _local = HostNameOf(_host!) is { Length: > 0 } name ? name : _local;
    }

    /// <summary>IOCTL_AFD_WINE_SHUTDOWN; also DisconnectEx.</summary>
    private NtStatus Shutdown(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInt32(reply, control, out int how);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (how is < 0 or > 2)
        {
            return NtStatus.InvalidParameter;
        }
        lock (Lock)
        {
            if (State is not (SocketState.Connected or SocketState.Connectionless))
            {
                return NtStatus.InvalidConnection;
            }
            _readShut |= how != 1;
            if (how != 0)
            {
                ShutWrite();
            }
            if (how == 2)
            {
                _event = null;
                _eventMask = AfdPollFlags.None;
            }
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>Ends the sending direction, after what is still to be sent. Called under the lock.</summary>
    internal void ShutWrite()
    {
        _writeShut = true;
        if (_writers.IsEmpty && !HasBacklog && _host is { } host)
        {
            NativeSocket.Shutdown(host, 1);
        }
    }
}
