using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets.Icmp;

/// <summary>
/// A socket for echoes without privileges (socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), icmp(7)): the host's kernel allows it to the groups in
/// net.ipv4.ping_group_range and gives it the answers to its own echoes alone.
/// </summary>
internal sealed class EchoSocket : IDisposable
{
    private const int Datagram = 2, IcmpProtocol = 1, InternetLevel = 0;
    private const int TypeOfService = 1, TimeToLive = 2, MtuDiscovery = 10, ReceiveTimeToLive = 12, NeverFragment = 2;
    private const int ControlHeader = 16, ControlRoom = 128;
    private readonly SafeFileHandle _handle;

    private EchoSocket(SafeFileHandle handle) => _handle = handle;

    /// <summary>Opens a socket to an address; null and errno (<see cref="Errno"/>) when the host refuses.</summary>
    public static EchoSocket? Open(SocketAddress peer, byte timeToLive, byte typeOfService, bool isWhole, out int error)
    {
        SafeFileHandle handle = new(NativeSocket.Create(NativeSocket.InternetFamily, Datagram | NativeSocket.NonBlockingCloseOnExec, IcmpProtocol), ownsHandle: true);
        error = handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        if (handle.IsInvalid)
        {
            handle.Dispose();
            return null;
        }
        EchoSocket socket = new(handle);
        Span<byte> address = stackalloc byte[SocketAddress.MaximumLength];
        int length = peer.ToHost(address);
        if (!socket.TrySet(ReceiveTimeToLive, 1) || (timeToLive != 0 && !socket.TrySet(TimeToLive, timeToLive)) || (typeOfService != 0 && !socket.TrySet(TypeOfService, typeOfService))
            || (isWhole && !socket.TrySet(MtuDiscovery, NeverFragment)) || NativeSocket.Connect(handle, in address[0], length) != 0)
        {
            error = Marshal.GetLastPInvokeError();
            socket.Dispose();
            return null;
        }
        return socket;
    }

    /// <summary>Sends; 0 or errno.</summary>
    public int Send(ReadOnlySpan<byte> message) =>
        NativeSocket.Send(_handle, in message[0], message.Length, NativeSocket.MessageNoSignal) == message.Length ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Waits for a datagram or an error.</summary>
    /// <returns>True when there is one.</returns>
    public bool Wait(int milliseconds)
    {
        HostPoll poll = new((int)_handle.DangerousGetHandle(), HostPoll.In);
        return NativeIo.Poll(ref poll, 1, milliseconds) > 0;
    }

    /// <summary>Receives a datagram with the time to live that it came with; its length, or the negative errno.</summary>
    public int Receive(byte[] buffer, out byte timeToLive)
    {
        timeToLive = 0;
        Span<byte> control = stackalloc byte[ControlRoom];
        GCHandle pin = GCHandle.Alloc(buffer, GCHandleType.Pinned);
        try
        {
            int flags = 0;
            nint length = HostSocket.Receive(_handle, [new GuestSegment(pin.AddrOfPinnedObject(), (nuint)buffer.Length)], [], out _, control, out int controlLength, ref flags);
            if (length < 0)
            {
                return -Marshal.GetLastPInvokeError();
            }
            control = control[..controlLength];
            if (control.Length >= ControlHeader + sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(control[8..]) == InternetLevel && BinaryPrimitives.ReadInt32LittleEndian(control[12..]) == TimeToLive)
            {
                timeToLive = (byte)BinaryPrimitives.ReadInt32LittleEndian(control[ControlHeader..]);
            }
            return (int)length;
        }
        finally
        {
            pin.Free();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private bool TrySet(int name, int value) => NativeSocket.SetOption(_handle, InternetLevel, name, in MemoryMarshal.GetReference(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value))), sizeof(int)) == 0;
}
