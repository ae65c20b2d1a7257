using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Sockets;

/// <summary>The status for a verdict of the network policy.</summary>
internal static class NetworkStatus
{
    /// <summary>
    /// WSAEACCES for an address that the policy denies; without a network WSAENETUNREACH for a peer and WSAEADDRNOTAVAIL for an
    /// address of one's own, as on a computer whose interfaces are down.
    /// </summary>
    public static NtStatus FromVerdict(NetworkVerdict verdict, bool isLocal) => verdict switch
    {
        NetworkVerdict.Allowed => NtStatus.Success,
        NetworkVerdict.Denied => NtStatus.AccessDenied,
        _ => isLocal ? NtStatus.InvalidAddressComponent : NtStatus.NetworkUnreachable,
    };
}
