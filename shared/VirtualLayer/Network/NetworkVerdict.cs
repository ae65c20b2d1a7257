namespace PortableVirt.VirtualLayer.Network;

/// <summary>What <see cref="NetworkPolicy"/> decides about an address.</summary>
public enum NetworkVerdict
{
    /// <summary>The host may act.</summary>
    Allowed,

    /// <summary>There is a network, and this address is outside of what the policy opens.</summary>
    Denied,

    /// <summary>There is no network at all.</summary>
    NoNetwork,
}
