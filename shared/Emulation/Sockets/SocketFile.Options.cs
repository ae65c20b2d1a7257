using System.Buffers.Binary;
using System.Diagnostics;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>getsockopt and setsockopt.</summary>
internal sealed partial class SocketFile
{
    private const uint NetworkDevice = 0x12;

    /// <summary>Windows' default of SO_RCVBUF and SO_SNDBUF.</summary>
    private const int DefaultBuffer = 65536;

    private bool _reuseAddress;
    private int _receiveBuffer = DefaultBuffer;
    private int _sendBuffer = DefaultBuffer;
    private ushort _lingerOn;
    private ushort _lingerSeconds;

    private NtStatus Option(in IoReply reply, in IoControl control)
    {
        if (control.Code >> 16 != NetworkDevice || (control.Code & 0xc003) != 0)
        {
            return NtStatus.NotSupported;
        }
        uint function = (control.Code >> 2) & 0xfff;
        switch (function)
        {
            case 219:
                return Return(reply, control, State == SocketState.Listening ? 1 : 0);
            case 222:
                return Return(reply, control, TakeSocketError());
            case 225:
                return Return(reply, control, BitConverter.GetBytes(_lingerOn | ((uint)_lingerSeconds << 16)));
            case 226:
                return SetLinger(reply, control);
            case 229:
                return SetBuffer(reply, control, HostOption.ReceiveBuffer, ref _receiveBuffer);
            case 230:
                return Return(reply, control, _receiveBuffer);
            case 231:
                return SetNumber(reply, control, ref _receiveTimeout);
            case 232:
                return Return(reply, control, (int)_receiveTimeout);
            case 233:
                return ReturnShort(reply, control, _reuseAddress ? 1 : 0);
            case 234:
                return SetReuse(reply, control);
            case 235:
                return SetBuffer(reply, control, HostOption.SendBuffer, ref _sendBuffer);
            case 236:
                return Return(reply, control, _sendBuffer);
            case 237:
                return Return(reply, control, (int)_sendTimeout);
            case 238:
                return SetNumber(reply, control, ref _sendTimeout);
            case 292:
                return Return(reply, control, State == SocketState.Connected ? (int)(Stopwatch.GetElapsedTime(_connectTime).Ticks / TimeSpan.TicksPerSecond) : -1);
            case 297:
                return ReturnShort(reply, control, IsExclusive ? 1 : 0);
            case 298:
                return SetExclusive(reply, control);
            case 305:
                return reply.Complete(NtStatus.Success, 0);
        }
        return SocketOption.Find(function) is not { } option ? NtStatus.NotSupported
            : option.IsWrite ? WriteOption(reply, control, option)
            : ReadOption(reply, control, option);
    }

    /// <summary>Reads an option of TCP that the host keeps as an int; returns a WSA error.</summary>
    internal uint GetTcpOption(int name, out int value)
    {
        lock (Lock)
        {
            value = 0;
            return Type != Stream || _host is not { } host ? SocketError.ToWsa(SocketError.ENOPROTOOPT)
                : HostOption.TryGet(host, HostOption.Tcp, name, out value) ? 0
                : SocketError.ToWsa(Errno.Last);
        }
    }

    /// <summary>Sets such an option; returns a WSA error.</summary>
    internal uint SetTcpOption(int name, int value)
    {
        lock (Lock)
        {
            return Type != Stream || _host is not { } host ? SocketError.ToWsa(SocketError.ENOPROTOOPT)
                : HostOption.Set(host, HostOption.Tcp, name, value) ? 0
                : SocketError.ToWsa(Errno.Last);
        }
    }

    private NtStatus ReadOption(in IoReply reply, in IoControl control, SocketOption option)
    {
        lock (Lock)
        {
            if (_host is not { } host)
            {
                return NtStatus.InvalidHandle;
            }
            if (!HostOption.TryGet(host, option.Level, option.Name, out int value))
            {
                return SocketError.LastStatus;
            }
            return ReturnShort(reply, control, option.Form == SocketOptionForm.DontFragment ? value == 0 ? 0 : 1 : value);
        }
    }

    private NtStatus WriteOption(in IoReply reply, in IoControl control, SocketOption option)
    {
        NtStatus status = ReadInput(reply, control, 1, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        int needed = option.Form switch { SocketOptionForm.SourceGroup => 12, SocketOptionForm.Group => option.Level == HostOption.Internet ? 8 : 20, _ => 1 };
        if (input.Length < needed)
        {
            return NtStatus.BufferTooSmall;
        }
        Span<byte> value = stackalloc byte[20];
        value.Clear();
        input.AsSpan(0, Math.Min(input.Length, needed == 1 ? sizeof(int) : needed)).CopyTo(value);
        int length = needed == 1 ? sizeof(int) : needed;
        switch (option.Form)
        {
            case SocketOptionForm.DontFragment:
                BinaryPrimitives.WriteInt32LittleEndian(value, BinaryPrimitives.ReadInt32LittleEndian(value) != 0 ? 2 : 0);
                break;
            case SocketOptionForm.SourceGroup:
                input.AsSpan(8, 4).CopyTo(value[4..]);
                input.AsSpan(4, 4).CopyTo(value[8..]);
                break;
        }
        if (needed != 1 && network.Policy.Scope != VirtualLayer.Network.NetworkScope.Host)
        {
            // Joining a group speaks to the routers of an interface.
            return NtStatus.AccessDenied;
        }
        lock (Lock)
        {
            if (_host is not { } host)
            {
                return NtStatus.InvalidHandle;
            }
            return NativeSocket.SetOption(host, option.Level, option.Name, in value[0], length) == 0 ? reply.Complete(NtStatus.Success, 0) : SocketError.LastStatus;
        }
    }

    /// <summary>Returns as much of an int as the program has room for.</summary>
    private static NtStatus ReturnShort(in IoReply reply, in IoControl control, int value) =>
        control.OutputLength == 0 ? NtStatus.BufferTooSmall : Return(reply, control, BitConverter.GetBytes(value).AsSpan(0, (int)Math.Min(control.OutputLength, sizeof(int))));

    private int TakeSocketError()
    {
        lock (Lock)
        {
            if (_host is { } host && HostOption.TryGet(host, HostOption.Socket, HostOption.Error, out int error) && error != 0)
            {
                NoteReset(error);
                return (int)SocketError.ToWsa(error);
            }
            return (int)SocketError.ToWsa(Array.Find(_errors, e => e != 0));
        }
    }

    private NtStatus SetLinger(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInt32(reply, control, out int linger);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            if (_host is not { } host)
            {
                return NtStatus.InvalidHandle;
            }
            (_lingerOn, _lingerSeconds) = ((ushort)linger, (ushort)(linger >> 16));
            // Closing must not block the host; what is left of a connection is sent in the background anyway. A hard close is the host's.
            Span<byte> value = stackalloc byte[8];
            value.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(value, _lingerOn != 0 && _lingerSeconds == 0 ? 1 : 0);
            return NativeSocket.SetOption(host, HostOption.Socket, HostOption.Linger, in value[0], value.Length) == 0 ? reply.Complete(NtStatus.Success, 0) : SocketError.LastStatus;
        }
    }

    private NtStatus SetBuffer(in IoReply reply, in IoControl control, int name, ref int kept)
    {
        NtStatus status = ReadInt32(reply, control, out int size);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            if (_host is not { } host)
            {
                return NtStatus.InvalidHandle;
            }
            if (size < 0 || !HostOption.Set(host, HostOption.Socket, name, name == HostOption.ReceiveBuffer ? Math.Max(size, DefaultBuffer) : size))
            {
                return size < 0 ? NtStatus.InvalidParameter : SocketError.LastStatus;
            }
            kept = size;
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus SetNumber(in IoReply reply, in IoControl control, ref uint kept)
    {
        NtStatus status = ReadInt32(reply, control, out int value);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            kept = (uint)value;
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus SetReuse(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInt32(reply, control, out int value);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            if (_host is not { } host || (value != 0 && IsExclusive))
            {
                return NtStatus.InvalidParameter;
            }
            if (Type == Datagram && !HostOption.Set(host, HostOption.Socket, HostOption.ReuseAddress, value))
            {
                return SocketError.LastStatus;
            }
            _reuseAddress = value != 0;
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus SetExclusive(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInt32(reply, control, out int value);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            if (value != 0 && _reuseAddress)
            {
                return NtStatus.InvalidParameter;
            }
            IsExclusive = value != 0;
        }
        return reply.Complete(NtStatus.Success, 0);
    }
}
