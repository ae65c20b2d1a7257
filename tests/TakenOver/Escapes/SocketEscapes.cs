using static PortableVirt.TakenOver.Escapes.EscapeTable;
using static PortableVirt.TakenOver.Escapes.Native;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>To services of the computer and to the network.</summary>
internal static class SocketEscapes
{
    private const int Unix = 1;

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
        Ends("pair-of-sockets", _ => CallWith(new byte[8], 53, Unix, 1, 0, long.MinValue)),
        Ends("message-queue", _ => CallWith(Text("escape"), 240, long.MinValue, 0x42, 0x1FF, 0)),
        Ends("shared-memory-of-system-5", _ => Call(29, 0, 4096, 0x200 | 0x1FF)),
        Ends("semaphores-of-system-5", _ => Call(64, 0, 1, 0x200 | 0x1FF)),
    ];

    private static long ConnectUnix(byte[] path)
    {
        long socket = Call(41, Unix, 1, 0);
        return socket < 0 ? socket : CallWith([1, 0, .. path], 42, socket, long.MinValue, 2 + path.Length);
    }
}
