namespace PortableVirt.Emulation.Sockets;

/// <summary>A network interface that the VM sees.</summary>
/// <param name="Index">The host's index, 1 and up.</param>
/// <param name="Name">The host's name.</param>
/// <param name="IsLoopback">It is the loopback interface.</param>
/// <param name="IsUp">It is up.</param>
/// <param name="Mtu">Largest packet in bytes.</param>
/// <param name="PhysicalAddress">The hardware address; empty for none.</param>
internal sealed record NetworkInterfaceEntry(uint Index, string Name, bool IsLoopback, bool IsUp, uint Mtu, byte[] PhysicalAddress)
{
    private const uint Up = 1, Broadcast = 2, Loopback = 4, Multicast = 16;

    /// <summary>Its addresses.</summary>
    public List<InterfaceAddress> Addresses { get; } = [];

    /// <summary>The gateways behind it.</summary>
    public List<System.Net.IPAddress> Gateways { get; } = [];

    /// <summary>IFF_ flags of INTERFACE_INFO (ws2ipdef.h).</summary>
    public uint InterfaceInfoFlags => (IsUp ? Up : 0) | (IsLoopback ? Loopback : Broadcast) | Multicast;
}
