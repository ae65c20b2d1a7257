using System.Buffers.Binary;
using System.Net;

namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>Routes (nsi_ipv4_forward_key and relatives): to the networks of the interfaces, and through their gateways.</summary>
internal static class RouteRows
{
    private const uint Forever = uint.MaxValue, Local = 2, Managed = 3;

    /// <summary>The routes of one family.</summary>
    public static NsiTable Read(SocketNetwork network, bool isSix)
    {
        List<NsiRow> rows = [];
        foreach (InterfaceAddress address in AddressRows.Addresses(network, isSix))
        {
            rows.Add(Row(address.Interface, Prefix(address.Address.Address, address.PrefixLength), address.PrefixLength, isSix ? IPAddress.IPv6Any : IPAddress.Any));
        }
        foreach (NetworkInterfaceEntry entry in InterfaceTable.Read(network.Policy))
        {
            foreach (IPAddress gateway in entry.Gateways.Where(g => (g.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) == isSix))
            {
                rows.Add(Row(entry, isSix ? IPAddress.IPv6Any : IPAddress.Any, 0, gateway));
            }
        }
        return new NsiTable(isSix ? 72 : 48, 32, isSix ? 32 : 20, 8, rows);
    }

    /// <summary>Key: { uint; prefix; byte length; 3 bytes; 3 uints; LUID; LUID; next hop }.</summary>
    private static NsiRow Row(NetworkInterfaceEntry entry, IPAddress prefix, int prefixLength, IPAddress nextHop)
    {
        bool isSix = prefix.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        byte[] key = new byte[isSix ? 72 : 48];
        int addressLength = isSix ? 16 : 4;
        int luid = isSix ? 40 : 24;
        prefix.TryWriteBytes(key.AsSpan(4), out _);
        key[4 + addressLength] = (byte)prefixLength;
        BinaryPrimitives.WriteUInt64LittleEndian(key.AsSpan(luid), InterfaceRows.Luid(entry));
        BinaryPrimitives.WriteUInt64LittleEndian(key.AsSpan(luid + 8), InterfaceRows.Luid(entry));
        nextHop.TryWriteBytes(key.AsSpan(luid + 16), out _);
        byte[] writable = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(4), Forever);
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(8), Forever);
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(16), prefixLength == 0 ? Managed : Local);
        writable[20] = entry.IsLoopback ? (byte)1 : (byte)0;
        writable[23] = 1;
        byte[] dynamic = new byte[16 + addressLength];
        prefix.TryWriteBytes(dynamic.AsSpan(16), out _);
        byte[] fixedPart = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(fixedPart.AsSpan(4), entry.Index);
        return new NsiRow(key, writable, dynamic, fixedPart);
    }

    private static IPAddress Prefix(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }
        return new IPAddress(bytes);
    }
}
