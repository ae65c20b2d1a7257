using System.Net;
using System.Net.Sockets;
using static PortableVirt.TakenOver.Escapes.EscapeTable;
using static PortableVirt.TakenOver.Escapes.Native;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>To services of the computer and to the network.</summary>
internal static class SocketEscapes
{
    private const int Unix = 1;
    private const int Inet = 2;
    private const int Inet6 = 10;
    private const int Port = 47_631;
    private const int InProgress = 115;
    private const int TimedOut = 110;

    public static IEnumerable<Escape> List() =>
    [
        Fails("connect-to-the-daemon", t => ConnectUnix([.. Text(t.Socket)])),
        Fails("connect-to-an-abstract-socket", _ => ConnectUnix([0, .. Text("portablevirt")])),
        Fails("unix-datagram-socket", _ => Call(41, Unix, 2, 0)),
        Fails("raw-socket", _ => Call(41, 2, 3, 1)),
        Fails("raw-socket-of-ip6", _ => Call(41, 10, 3, 58)),
        Fails("packet-socket", _ => Call(41, 17, 3, 0x0300)),
        Fails("netlink-socket", _ => Call(41, 16, 3, 0)),
        Fails("audit-socket", _ => Call(41, 16, 3, 9)),
        Fails("virtual-machine-socket", _ => Call(41, 40, 1, 0)),
        Fails("cipher-socket", _ => Call(41, 38, 5, 0)),
        Fails("bluetooth-socket", _ => Call(41, 31, 3, 0)),
        Fails("socket-of-xdp", _ => Call(41, 44, 3, 0)),
        Fails("socket-of-a-wrong-type", _ => Call(41, 2, 5, 132)),
        FailsUnderDaemon("datagram-to-another-computer", t => Send(t.OtherComputer)),
        FailsUnderDaemon("datagram-to-another-computer-by-ip6", t => Send(t.OtherComputerByIp6)),
        FailsUnderDaemon("connection-to-an-address-of-the-network", t => ConnectToSelf(t.OwnAddress)),
        Ends("pair-of-sockets", _ => CallWith(new byte[8], 53, Unix, 1, 0, long.MinValue)),
        Ends("message-queue", _ => CallWith(Text("escape"), 240, long.MinValue, 0x42, 0x1FF, 0)),
        Ends("shared-memory-of-system-5", _ => Call(29, 0, 4096, 0x200 | 0x1FF)),
        Ends("semaphores-of-system-5", _ => Call(64, 0, 1, 0x200 | 0x1FF)),
    ];

    /// <summary>A datagram to port 9.</summary>
    private static long Send(IPAddress address)
    {
        byte[] to = Address(address, 9);
        long socket = Call(41, Family(address), 2, 0);
        return socket < 0 ? socket : SendTo(socket, to);
    }

    /// <summary>Listens on all interfaces and connects to itself by an address, within half a second.</summary>
    private static long ConnectToSelf(IPAddress address)
    {
        const int nonBlocking = 0x800;
        long server = Call(41, Inet, 1, 0);
        if (server < 0)
        {
            return server;
        }
        long failed = CallWith(Address(IPAddress.Any, Port), 49, server, long.MinValue, 16);
        failed = failed < 0 ? failed : Call(50, server, 1);
        if (failed < 0)
        {
            return failed;
        }
        long client = Call(41, Inet, 1 | nonBlocking, 0);
        long connected = CallWith(Address(address, Port), 42, client, long.MinValue, 16);
        if (connected != -InProgress && connected < 0)
        {
            return connected;
        }
        // poll(2) for POLLOUT; then what getpeername(2) says.
        byte[] asked = [.. BitConverter.GetBytes((int)client), 4, 0, 0, 0];
        return CallWith(asked, 7, long.MinValue, 1, 500) == 1 ? CallWithSize(52, client) : -TimedOut;
    }

    private static byte[] Address(IPAddress address, int port)
    {
        byte[] start = [(byte)Family(address), 0, (byte)(port >> 8), (byte)port];
        return address.AddressFamily == AddressFamily.InterNetwork
            ? [.. start, .. address.GetAddressBytes(), .. new byte[8]]
            : [.. start, 0, 0, 0, 0, .. address.GetAddressBytes(), 0, 0, 0, 0];
    }

    private static int Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Inet : Inet6;

    private static long ConnectUnix(byte[] path)
    {
        long socket = Call(41, Unix, 1, 0);
        return socket < 0 ? socket : CallWith([1, 0, .. path], 42, socket, long.MinValue, 2 + path.Length);
    }
}
