using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>Making, naming and listening.</summary>
internal sealed partial class SocketFile
{
    private const int TransmissionControl = 6;
    private const int UserDatagrams = 17;
    private const int Icmp = 1;
    private const int Icmp6 = 58;

    /// <summary>IOCTL_AFD_WINE_CREATE. Errors are WSA errors, as socket() gives them.</summary>
    private NtStatus CreateSocket(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 16, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        int family = BinaryPrimitives.ReadInt32LittleEndian(input);
        int type = BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(4));
        int protocol = BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(8));
        status = CheckKind(family, type, ref protocol);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            if (_host is not null)
            {
                return NtStatus.InvalidParameter;
            }
            int hostFamily = family == SocketAddress.Internet ? NativeSocket.InternetFamily : NativeSocket.Internet6Family;
            int descriptor = NativeSocket.Create(hostFamily, type | NativeSocket.NonBlockingCloseOnExec, protocol);
            if (descriptor < 0)
            {
                return SocketError.FromWsa(SocketError.ToWsa(Errno.Last));
            }
            SafeFileHandle host = new(descriptor, true);
            status = RestrictHost(host, family, type);
            if (status.IsSuccess)
            {
                status = Adopt(host);
            }
            if (!status.IsSuccess)
            {
                host.Dispose();
                return status;
            }
            (Family, Type, Protocol) = (family, type, protocol);
            OwnerProcessId = reply.Thread.Process.ProcessId;
            State = type == Stream ? SocketState.Unconnected : SocketState.Connectionless;
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>TCP and UDP over IPv4 and IPv6. Raw sockets need an administrator, as on Windows.</summary>
    private static NtStatus CheckKind(int family, int type, ref int protocol)
    {
        if (family is not (SocketAddress.Internet or SocketAddress.Internet6))
        {
            return SocketError.FromWsa(SocketError.WsaFamilyNotSupported);
        }
        if (type == RawPackets)
        {
            return SocketError.FromWsa(SocketError.WsaAccess);
        }
        if (type is not (Stream or Datagram))
        {
            return SocketError.FromWsa(SocketError.WsaTypeNotSupported);
        }
        int own = type == Stream ? TransmissionControl : UserDatagrams;
        if (protocol != 0 && protocol != own)
        {
            return SocketError.FromWsa(protocol is TransmissionControl or UserDatagrams or Icmp or Icmp6 ? SocketError.WsaTypeNotSupported : SocketError.WsaProtocolNotSupported);
        }
        protocol = own;
        return NtStatus.Success;
    }

    /// <summary>What Windows' sockets are from the start, and the policy's bounds in the host's own terms.</summary>
    private NtStatus RestrictHost(SafeFileHandle host, int family, int type)
    {
        HostOption.Set(host, HostOption.Socket, HostOption.ReuseAddress, type == Stream ? 1 : 0);
        if (family == SocketAddress.Internet6)
        {
            HostOption.Set(host, HostOption.Internet6, HostOption.OnlyInternet6, 1);
        }
        if (type == Datagram)
        {
            bool isShort = family == SocketAddress.Internet;
            HostOption.Set(host, isShort ? HostOption.Internet : HostOption.Internet6, isShort ? HostOption.DiscoverMtu : HostOption.DiscoverMtu6, 0);
        }
        if (!network.Policy.IsLoopbackOnly)
        {
            return NtStatus.Success;
        }
        byte[] name = Encoding.ASCII.GetBytes("lo\0");
        return NativeSocket.SetOption(host, HostOption.Socket, HostOption.BindToDevice, in name[0], name.Length) == 0 ? NtStatus.Success : SocketError.LastStatus;
    }

    /// <summary>IOCTL_AFD_BIND.</summary>
    private NtStatus Bind(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 6, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!SocketAddress.TryFromWindows(input.AsSpan(4), Family, out SocketAddress address))
        {
            return NtStatus.InvalidAddress;
        }
        lock (Lock)
        {
            if (_isBound)
            {
                return NtStatus.AddressAlreadyAssociated;
            }
            status = NetworkStatus.AskLocal(reply.Thread, network, address);
            if (!status.IsSuccess)
            {
                return status;
            }
            status = BindHost(address);
            if (!status.IsSuccess)
            {
                return status;
            }
            address = _local;
        }
        return control.OutputLength >= (uint)address.Length ? Return(reply, control, address.WindowsForm) : reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus BindHost(SocketAddress address)
    {
        if (_host is not { } host)
        {
            return NtStatus.InvalidHandle;
        }
        NtStatus status = Type == Stream ? network.Bound.TryAdd(this, address, _reuseAddress) : NtStatus.Success;
        if (!status.IsSuccess)
        {
            return status;
        }
        Span<byte> bytes = stackalloc byte[SocketAddress.MaximumLength];
        int length = address.ToHost(bytes);
        if (NativeSocket.Bind(host, in bytes[0], length) < 0)
        {
            int error = Errno.Last;
            network.Bound.Remove(this);
            return error == SocketError.EADDRINUSE && _reuseAddress ? NtStatus.AccessDenied : SocketError.ToNtStatus(error);
        }
        _isBound = true;
        _local = HostNameOf(host) is { Length: > 0 } given ? given : address;
        if (Type == Stream)
        {
            network.Bound.Update(this, _local);
        }
        return NtStatus.Success;
    }

    /// <summary>Gives a socket that sends or connects without an address one.</summary>
    private NtStatus BindToAny() => _isBound ? NtStatus.Success
        : network.Policy.Scope == VirtualLayer.Network.NetworkScope.None ? NtStatus.NetworkUnreachable
        : BindHost(SocketAddress.Any(Family));

    private static SocketAddress HostNameOf(SafeFileHandle host)
    {
        Span<byte> bytes = stackalloc byte[128];
        int length = bytes.Length;
        return NativeSocket.GetName(host, ref bytes[0], ref length) == 0 ? SocketAddress.FromHost(bytes[..Math.Min(length, bytes.Length)]) : default;
    }

    private static SocketAddress HostPeerOf(SafeFileHandle host)
    {
        Span<byte> bytes = stackalloc byte[128];
        int length = bytes.Length;
        return NativeSocket.GetPeerName(host, ref bytes[0], ref length) == 0 ? SocketAddress.FromHost(bytes[..Math.Min(length, bytes.Length)]) : default;
    }

    /// <summary>IOCTL_AFD_LISTEN.</summary>
    private NtStatus Listen(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 12, out byte[] input);
        if (!status.IsSuccess)
        {
            return NtStatus.InvalidParameter;
        }
        int backlog = BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(4));
        lock (Lock)
        {
            if (Type != Stream)
            {
                return NtStatus.NotSupported;
            }
            if (State is SocketState.Connected or SocketState.Connecting)
            {
                return NtStatus.ConnectionActive;
            }
            if (!_isBound || _host is null)
            {
                return NtStatus.InvalidParameter;
            }
            if (NativeSocket.Listen(_host, backlog < 0 ? 0 : backlog) < 0)
            {
                return SocketError.LastStatus;
            }
            State = SocketState.Listening;
            Executive.Recorder?.NoteSocket("listen", _local.ToString());
            UpdateWatch();
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus GetName(in IoReply reply, in IoControl control)
    {
        SocketAddress local;
        lock (Lock)
        {
            if (!_isBound)
            {
                return NtStatus.InvalidParameter;
            }
            local = _local;
        }
        return Return(reply, control, local.WindowsForm);
    }

    private NtStatus GetPeerName(in IoReply reply, in IoControl control)
    {
        SocketAddress peer;
        lock (Lock)
        {
            if (State is SocketState.Unconnected or SocketState.Listening || _connectRequest is { IsOverlapped: true } || _peer.Length == 0)
            {
                return NtStatus.InvalidConnection;
            }
            peer = _peer;
        }
        return Return(reply, control, peer.WindowsForm);
    }
}
