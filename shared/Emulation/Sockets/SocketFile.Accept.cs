using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sockets;

/// <summary>Accepting connections.</summary>
internal sealed partial class SocketFile
{
    /// <summary>SYNCHRONIZE and all rights to read and write, as accept() gives them.</summary>
    private const uint AcceptedAccess = 0x12019f;

    private SocketFile? _deferred;
    private AcceptIntoRequest? _acceptReceive;

    /// <summary>IOCTL_AFD_WINE_ACCEPT.</summary>
    private NtStatus Accept(in IoReply reply, in IoControl control)
    {
        if (control.OutputLength != sizeof(uint))
        {
            return NtStatus.BufferTooSmall;
        }
        AcceptRequest request = new(reply, this, control.Output);
        lock (Lock)
        {
            if (State != SocketState.Listening)
            {
                return NtStatus.InvalidParameter;
            }
            NtStatus? status = Start(reply, request, _acceptors, false);
            TellNextConnection();
            if (status is { } done)
            {
                return done;
            }
        }
        return Await(reply, request, _acceptors, HostReadiness.In, false, 0);
    }

    /// <summary>IOCTL_AFD_WINE_ACCEPT_INTO: AcceptEx. Always pends.</summary>
    private NtStatus AcceptInto(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 12, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint handle = BinaryPrimitives.ReadUInt32LittleEndian(input);
        uint receiveLength = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(4));
        uint localLength = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(8));
        if ((ulong)receiveLength + localLength > control.OutputLength)
        {
            return NtStatus.BufferTooSmall;
        }
        if (control.OutputLength - receiveLength - localLength < sizeof(int))
        {
            return NtStatus.InvalidParameter;
        }
        status = reply.Thread.Reference(new Handle(handle), 0, out SocketFile target);
        if (!status.IsSuccess)
        {
            return status;
        }
        AcceptIntoRequest request = new(reply, this, target, control.Output, receiveLength, localLength, control.OutputLength);
        status = target.ReserveForAccept(request);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            if (State != SocketState.Listening)
            {
                status = NtStatus.InvalidParameter;
            }
            else
            {
                AddRequest(request);
                _acceptors.Add(request);
                UpdateWatch();
                Refresh();
            }
        }
        if (!status.IsSuccess)
        {
            target.Forget(request);
            return status;
        }
        return AwaitRequest(reply.Thread, request);
    }

    /// <summary>accept() makes the event of WSAEventSelect come again, at once when another connection waits. Called under the lock.</summary>
    private void TellNextConnection()
    {
        if (_eventMask != AfdPollFlags.None)
        {
            UpdateWatch();
            Refresh();
        }
    }

    /// <summary>The endpoint waits for a connection that another one accepts.</summary>
    internal NtStatus ReserveForAccept(AcceptIntoRequest request)
    {
        lock (Lock)
        {
            if (_acceptReceive is not null || State != SocketState.Unconnected || _isBound || _connectRequest is not null)
            {
                return NtStatus.InvalidParameter;
            }
            _acceptReceive = request;
            return NtStatus.Success;
        }
    }

    /// <summary>Takes a connection from the host's queue. Called under the lock. STATUS_DEVICE_NOT_READY when there is none.</summary>
    internal NtStatus TakeConnection(out SafeFileHandle connection)
    {
        connection = null!;
        if (_host is not { } host)
        {
            return NtStatus.Cancelled;
        }
        _pendingEvents &= ~AfdPollFlags.Accept;
        _reportedEvents &= ~AfdPollFlags.Accept;
        int descriptor;
        do
        {
            descriptor = NativeSocket.Accept(host, 0, 0, NativeSocket.NonBlockingCloseOnExec);
        }
        while (descriptor < 0 && Errno.Last is Errno.EINTR or SocketError.ECONNABORTED);
        if (descriptor < 0)
        {
            return SocketError.LastStatus;
        }
        connection = new SafeFileHandle(descriptor, true);
        return NtStatus.Success;
    }

    /// <summary>accept(): a new endpoint for the next connection, with a handle. Called under the lock.</summary>
    internal NtStatus AcceptNew(NtThread thread, out Handle handle)
    {
        handle = default;
        SocketFile? accepted = _deferred;
        _deferred = null;
        NtStatus status;
        if (accepted is null)
        {
            status = TakeConnection(out SafeFileHandle connection);
            if (!status.IsSuccess)
            {
                return status;
            }
            accepted = new SocketFile(network, Executive, Access, Share, Options);
            accepted.InheritFrom(this);
            status = accepted.BecomeAccepted(connection, this);
            if (!status.IsSuccess)
            {
                connection.Dispose();
                return status;
            }
        }
        accepted.OwnerProcessId = thread.Process.ProcessId;
        status = thread.Process.Handles.Insert(accepted, AcceptedAccess, true, out handle);
        if (!status.IsSuccess)
        {
            accepted.OnLastHandleClosed(thread.Process);
        }
        return status;
    }

    /// <summary>Takes a connection that a listening endpoint accepted.</summary>
    internal NtStatus BecomeAccepted(SafeFileHandle connection, SocketFile listener)
    {
        lock (Lock)
        {
            if (State != SocketState.Raw && (State != SocketState.Unconnected || _host is null))
            {
                return NtStatus.InvalidParameter;
            }
            NtStatus status = Adopt(connection);
            if (!status.IsSuccess)
            {
                return status;
            }
            (Family, Type, Protocol) = (listener.Family, listener.Type, listener.Protocol);
            State = SocketState.Connected;
            _isBound = true;
            _connectTime = Stopwatch.GetTimestamp();
            _local = HostNameOf(connection);
            _peer = HostPeerOf(connection);
            (_pendingEvents, _reportedEvents) = (AfdPollFlags.None, AfdPollFlags.None);
            UpdateWatch();
            return NtStatus.Success;
        }
    }

    /// <summary>A connection has the properties of the socket that listened.</summary>
    private void InheritFrom(SocketFile listener)
    {
        _nonBlocking = listener._nonBlocking;
        _event = listener._event;
        _eventMask = listener._eventMask;
        _reuseAddress = listener._reuseAddress;
        _receiveTimeout = listener._receiveTimeout;
        _sendTimeout = listener._sendTimeout;
        IsExclusive = listener.IsExclusive;
    }

    /// <summary>An AcceptEx whose connection has come waits for its first data.</summary>
    internal void AwaitFirstData()
    {
        lock (Lock)
        {
            _watched = HostReadiness.None;
            UpdateWatch();
        }
    }

    /// <summary>The connection of an AcceptEx is complete.</summary>
    internal void EndAccept(AcceptIntoRequest request)
    {
        lock (Lock)
        {
            if (_acceptReceive == request)
            {
                _acceptReceive = null;
            }
        }
    }

    /// <summary>IOCTL_AFD_WINE_DEFER: WSAAccept's condition function wants to be asked again.</summary>
    private NtStatus Defer(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInt32(reply, control, out int handle);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = reply.Thread.Reference(new Handle((uint)handle), 0, out SocketFile accepted);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            _deferred = accepted;
        }
        return reply.Complete(NtStatus.Success, 0);
    }
}
