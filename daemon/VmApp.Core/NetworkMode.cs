namespace PortableVirt.VmApp.Core;

/// <summary>What of the host's network a program may see.</summary>
public enum NetworkMode
{
    /// <summary>No network: every socket operation fails as on a computer without a network.</summary>
    None,

    /// <summary>Only the program's own loopback addresses.</summary>
    Loopback,

    /// <summary>The host's network with the caller's rights.</summary>
    Host,
}
