namespace PortableVirt.Emulation.Sockets;

/// <summary>One address of a network interface.</summary>
/// <param name="Interface">The interface.</param>
/// <param name="Address">The address.</param>
/// <param name="Mask">The mask of an IPv4 address; no address for IPv6.</param>
/// <param name="PrefixLength">Length of the network's prefix in bits.</param>
internal sealed record InterfaceAddress(NetworkInterfaceEntry Interface, SocketAddress Address, SocketAddress Mask, int PrefixLength)
{
    /// <summary>The broadcast address of an IPv4 network; no address for others.</summary>
    public SocketAddress Broadcast
    {
        get
        {
            if (Address.Family != SocketAddress.Internet || Interface.IsLoopback)
            {
                return default;
            }
            byte[] bytes = Address.Address.GetAddressBytes();
            byte[] mask = Mask.Address.GetAddressBytes();
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] |= (byte)~mask[i];
            }
            return SocketAddress.From(new System.Net.IPAddress(bytes), 0);
        }
    }
}
