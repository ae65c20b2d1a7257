using PortableVirt.Emulation.Threads;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Sockets;

/// <summary>Asks the network policy and turns its verdict into a status.</summary>
internal static class NetworkStatus
{
    /// <summary>What a peer is asked for: a connection.</summary>
    public const string Connect = "connect";

    /// <summary>What a peer is asked for: to take a datagram.</summary>
    public const string Send = "send";

    /// <summary>What a peer is asked for: an echo.</summary>
    public const string Echo = "echo";

    /// <summary>
    /// May the thread's program connect or send there? STATUS_ACCESS_DENIED (WSAEACCES) for an address that the policy denies;
    /// STATUS_NETWORK_UNREACHABLE without a network, as on a computer whose interfaces are down.
    /// </summary>
    public static NtStatus AskPeer(NtThread thread, SocketNetwork network, SocketAddress address, string use) =>
        Answer(thread, use, address, network.Policy.AskPeer(address.Address), NtStatus.NetworkUnreachable);

    /// <summary>May it have the address for itself? STATUS_ACCESS_DENIED; STATUS_INVALID_ADDRESS_COMPONENT (WSAEADDRNOTAVAIL) without a network.</summary>
    public static NtStatus AskLocal(NtThread thread, SocketNetwork network, SocketAddress address) =>
        Answer(thread, "bind", address, network.Policy.AskLocal(address.Address), NtStatus.InvalidAddressComponent);

    private static NtStatus Answer(NtThread thread, string use, SocketAddress address, NetworkVerdict verdict, NtStatus withoutNetwork)
    {
        thread.Executive.Recorder?.NoteSocket(verdict == NetworkVerdict.Allowed ? use : use + "-refused", address.ToString());
        if (verdict == NetworkVerdict.Allowed)
        {
            return NtStatus.Success;
        }
        thread.Executive.Report.NetworkDenied(thread, address.ToString());
        return verdict == NetworkVerdict.Denied ? NtStatus.AccessDenied : withoutNetwork;
    }
}
