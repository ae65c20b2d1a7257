namespace PortableVirt.VirtualLayer.Network;

/// <summary>How much of the host's network a VM sees.</summary>
public enum NetworkScope
{
    /// <summary>Nothing: no address can be bound or reached.</summary>
    None,

    /// <summary>The loopback interface alone.</summary>
    Loopback,

    /// <summary>Everything that the user who runs the VM may reach.</summary>
    Host,
}
