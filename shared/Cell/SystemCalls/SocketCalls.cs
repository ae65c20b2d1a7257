using static PortableVirt.Cell.SystemCalls.SystemCall;
using static PortableVirt.Cell.SystemCalls.SystemCallRule;

namespace PortableVirt.Cell.SystemCalls;

/// <summary>
/// System calls on sockets. New ones are of the internet families alone: no Unix sockets (the daemon's, the session's), no raw and packet sockets, no
/// netlink but the list of interfaces in host mode. Others fail with EACCES: the C library asks its name service by a Unix socket first.
/// </summary>
internal static class SocketCalls
{
    private const ulong Internet = 2;
    private const ulong Internet6 = 10;
    private const ulong Netlink = 16;
    private const ulong Stream = 1;
    private const ulong Datagram = 2;
    private const ulong Raw = 3;
    private const ulong KindMask = 0xF;
    private const ulong SocketLevel = 1;

    public static IEnumerable<SystemCallRule> List(CellProfile profile)
    {
        yield return new SystemCallRule(Socket, "sockets of the program", Families(profile.Network), CallAnswer.Fail(ErrorNumber.Access));
        if (profile.Network == CellNetwork.None && !profile.IsUnderDaemon)
        {
            // The program may have sockets, but nobody to speak to: a connect of its own is refused before it comes here.
            foreach (SystemCall call in new[] { Connect, Sendmsg, Recvmsg, Sendto, Recvfrom, Accept4 })
            {
                yield return Never(call, "sockets that lead nowhere", ErrorNumber.Access);
            }
        }
        else
        {
            yield return Always(Connect, "sockets of the program; the C library before it learns that there is no socket");
            yield return Always(Sendmsg, "sockets of the program, the daemon's channel");
            yield return Always(Recvmsg, "sockets of the program, the daemon's channel");
            yield return Always(Sendto, "sockets of the program, the daemon's channel");
            yield return Always(Recvfrom, "sockets of the program, the daemon's channel");
            yield return Always(Accept4, "sockets of the program, the daemon comes back");
        }
        yield return Always(Shutdown, "sockets of the program, the daemon's channel");
        yield return Always(Getsockname, "sockets of the program, the daemon's channel");
        yield return Always(Getpeername, "sockets of the program, the daemon's channel");
        yield return Always(Getsockopt, "sockets of the program, the daemon's channel");
        // SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, _EBPF, SO_LOCK_FILTER, SO_BUSY_POLL: programs for the kernel.
        yield return new SystemCallRule(
            Setsockopt, "options of sockets; no programs for the kernel",
            [[ArgumentCheck.OneOf(1, SocketLevel), ArgumentCheck.NoneOf(2, 26, 44, 46, 50, 51, 52)], [ArgumentCheck.OneOf(1, 0, 6, 17, 41)]],
            CallAnswer.Fail(ErrorNumber.NotPermitted));
        if (profile.Network == CellNetwork.None)
        {
            yield return Never(Bind, "sockets that lead nowhere", ErrorNumber.Access);
            yield return Never(Listen, "sockets that lead nowhere", ErrorNumber.Access);
        }
        else
        {
            yield return Always(Bind, "sockets of the program");
            yield return Always(Listen, "sockets of the program");
        }
    }

    private static ArgumentCheck[][] Families(CellNetwork network)
    {
        // Protocol 0, ICMP (echo requests), TCP, UDP, ICMPv6.
        ArgumentCheck[] internet =
        [
            ArgumentCheck.OneOf(0, Internet, Internet6), new ArgumentCheck(1, KindMask, [Stream, Datagram]), ArgumentCheck.OneOf(2, 0, 1, 6, 17, 58),
        ];
        return network switch
        {
            CellNetwork.Host => [internet, [ArgumentCheck.OneOf(0, Netlink), new ArgumentCheck(1, KindMask, [Datagram, Raw]), ArgumentCheck.OneOf(2, 0)]],
            _ => [internet],
        };
    }
}
