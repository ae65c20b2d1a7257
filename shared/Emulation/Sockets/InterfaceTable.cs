using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Sockets;

/// <summary>The network interfaces that a policy shows.</summary>
internal static class InterfaceTable
{
    private const uint LoopbackMtu = 65536;

    /// <summary>
    /// Reads them now: the loopback interface with its two addresses, or what the host has. Without a network it is down and has no
    /// address; libwine's iphlpapi does not expect a computer without interfaces.
    /// </summary>
    public static IReadOnlyList<NetworkInterfaceEntry> Read(NetworkPolicy policy) => policy.Scope switch
    {
        NetworkScope.Host => ReadHost(),
        NetworkScope.Loopback => [Loopback()],
        _ => [new NetworkInterfaceEntry(1, "lo", true, false, LoopbackMtu, [])],
    };

    private static NetworkInterfaceEntry Loopback()
    {
        NetworkInterfaceEntry entry = new(1, "lo", true, true, LoopbackMtu, []);
        Add(entry, IPAddress.Loopback, IPAddress.Parse("255.0.0.0"), 8);
        if (HostNames.HasInternet6)
        {
            Add(entry, IPAddress.IPv6Loopback, null, 128);
        }
        return entry;
    }

    private static List<NetworkInterfaceEntry> ReadHost()
    {
        List<NetworkInterfaceEntry> entries = [];
        foreach (NetworkInterface found in NetworkInterface.GetAllNetworkInterfaces())
        {
            IPInterfaceProperties properties = found.GetIPProperties();
            bool isLoopback = found.NetworkInterfaceType == NetworkInterfaceType.Loopback;
            IPv4InterfaceProperties? four = found.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties() : null;
            uint index = (uint)(four?.Index ?? properties.GetIPv6Properties().Index);
            uint mtu = isLoopback ? LoopbackMtu : (uint)Math.Max(four?.Mtu ?? 0, 1280);
            NetworkInterfaceEntry entry = new(index, found.Name, isLoopback, found.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown, mtu, isLoopback ? [] : found.GetPhysicalAddress().GetAddressBytes());
            foreach (UnicastIPAddressInformation address in properties.UnicastAddresses)
            {
                Add(entry, address.Address, address.Address.AddressFamily == AddressFamily.InterNetwork ? address.IPv4Mask : null, address.PrefixLength);
            }
            entry.Gateways.AddRange(properties.GatewayAddresses.Select(g => g.Address));
            entries.Add(entry);
        }
        return entries;
    }

    private static void Add(NetworkInterfaceEntry entry, IPAddress address, IPAddress? mask, int prefix) =>
        entry.Addresses.Add(new InterfaceAddress(entry, SocketAddress.From(address, 0), mask is null ? default : SocketAddress.From(mask, 0), prefix));
}
