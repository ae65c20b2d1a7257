using System.Net;

namespace PortableVirt.VirtualLayer.Network;

/// <summary>The one place that decides which network addresses a VM may use. Immutable and thread-safe.</summary>
/// <param name="Scope">What is open.</param>
public sealed record NetworkPolicy(NetworkScope Scope)
{
    /// <summary>The loopback interface alone: what a VM gets unless more is asked for.</summary>
    public static readonly NetworkPolicy Default = new(NetworkScope.Loopback);

    /// <summary>Every packet of the VM's sockets has to stay on the loopback interface.</summary>
    public bool IsLoopbackOnly => Scope == NetworkScope.Loopback;

    /// <summary>May the program give a socket this address of its own? The unspecified address means all interfaces that the scope shows.</summary>
    public NetworkVerdict AskLocal(IPAddress address) => IsUnspecified(address) && Scope != NetworkScope.None ? NetworkVerdict.Allowed : AskPeer(address);

    /// <summary>May the program connect or send to this address?</summary>
    public NetworkVerdict AskPeer(IPAddress address) => Scope switch
    {
        NetworkScope.Host => NetworkVerdict.Allowed,
        NetworkScope.None => NetworkVerdict.NoNetwork,
        _ => IPAddress.IsLoopback(Unmap(address)) ? NetworkVerdict.Allowed : NetworkVerdict.Denied,
    };

    /// <summary>May names be asked of the host's resolver, which may ask other computers?</summary>
    public bool AllowsResolver => Scope == NetworkScope.Host;

    private static bool IsUnspecified(IPAddress address) => Unmap(address) is var plain && (plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any));

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
