using System.Buffers.Binary;

namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>The interfaces' own addresses (nsi_ip_unicast_...), and what holds for the whole computer (nsi_ip_cmpt_...).</summary>
internal static class AddressRows
{
    private const uint Forever = uint.MaxValue, Manual = 1, Preferred = 4, DefaultTimeToLive = 128;

    /// <summary>The addresses of one family: key { LUID; address }.</summary>
    public static NsiTable Read(SocketNetwork network, bool isSix) => new(isSix ? 24 : 16, 28, 8, 8, [.. Addresses(network, isSix).Select(Row)]);

    /// <summary>The addresses themselves.</summary>
    public static IEnumerable<InterfaceAddress> Addresses(SocketNetwork network, bool isSix) =>
        InterfaceTable.Read(network.Policy).SelectMany(i => i.Addresses).Where(a => (a.Address.Family == SocketAddress.Internet6) == isSix);

    /// <summary>The one compartment: { uint does not forward, unused, TTL, unused } and numbers of interfaces, routes and addresses.</summary>
    public static NsiTable ReadCompartment(SocketNetwork network, bool isSix)
    {
        byte[] writable = new byte[16];
        byte[] dynamic = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(writable, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(8), DefaultTimeToLive);
        BinaryPrimitives.WriteInt32LittleEndian(dynamic, InterfaceTable.Read(network.Policy).Count);
        BinaryPrimitives.WriteInt32LittleEndian(dynamic.AsSpan(4), RouteRows.Read(network, isSix).Rows.Count);
        BinaryPrimitives.WriteInt32LittleEndian(dynamic.AsSpan(12), Addresses(network, isSix).Count());
        return new NsiTable(sizeof(uint), 16, 16, 0, [new NsiRow(BitConverter.GetBytes(1u), writable, dynamic, [])]);
    }

    private static NsiRow Row(InterfaceAddress address)
    {
        bool isSix = address.Address.Family == SocketAddress.Internet6;
        byte[] key = new byte[isSix ? 24 : 16];
        BinaryPrimitives.WriteUInt64LittleEndian(key, InterfaceRows.Luid(address.Interface));
        address.Address.Address.TryWriteBytes(key.AsSpan(8), out _);
        byte[] writable = new byte[28];
        BinaryPrimitives.WriteUInt32LittleEndian(writable, Forever);
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(4), Forever);
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(8), Manual);
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(12), Manual);
        BinaryPrimitives.WriteInt32LittleEndian(writable.AsSpan(16), address.PrefixLength);
        byte[] dynamic = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(dynamic, isSix ? (uint)address.Address.Address.ScopeId : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(dynamic.AsSpan(4), Preferred);
        return new NsiRow(key, writable, dynamic, new byte[8]);
    }
}
