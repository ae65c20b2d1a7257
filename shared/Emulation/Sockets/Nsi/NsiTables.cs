namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>Finds tables by module and number. Statistics and neighbours of protocols are not kept.</summary>
internal static class NsiTables
{
    private const uint InterfaceTable = 0, IndexTable = 2;
    private const uint CompartmentTable = 2, UnicastTable = 10, NeighbourTable = 11, ForwardTable = 16;
    private const uint TcpAll = 3, TcpEstablished = 4, TcpListening = 5, UdpEndpoints = 1;

    /// <summary>NPI_MODULEID: { ushort length; int type; GUID }; the GUIDs differ in their first four bytes.</summary>
    private const int GuidOffset = 8;

    private static ReadOnlySpan<byte> GuidTail => [0x1a, 0x9b, 0xd4, 0x11, 0x91, 0x23, 0x00, 0x50, 0x04, 0x77, 0x59, 0xbc];

    /// <summary>The table of a request that starts with its module; null when there is none.</summary>
    public static NsiTable? Find(SocketNetwork network, ReadOnlySpan<byte> request, uint table) => ReadModule(request) switch
    {
        NsiModule.Interfaces when table == InterfaceTable => InterfaceRows.Read(network),
        NsiModule.Interfaces when table == IndexTable => InterfaceRows.ReadIndexes(network),
        NsiModule.Internet or NsiModule.Internet6 => FindInternet(network, ReadModule(request) == NsiModule.Internet6, table),
        NsiModule.Tcp when table is TcpAll or TcpEstablished or TcpListening => ConnectionRows.ReadTcp(network, table == TcpListening, table == TcpEstablished),
        NsiModule.Udp when table == UdpEndpoints => ConnectionRows.ReadUdp(network),
        _ => null,
    };

    private static NsiTable? FindInternet(SocketNetwork network, bool isSix, uint table) => table switch
    {
        CompartmentTable => AddressRows.ReadCompartment(network, isSix),
        UnicastTable => AddressRows.Read(network, isSix),
        NeighbourTable => new NsiTable(isSix ? 32 : 24, 32, 16, 0, []),
        ForwardTable => RouteRows.Read(network, isSix),
        _ => null,
    };

    private static NsiModule? ReadModule(ReadOnlySpan<byte> request) =>
        !request.Slice(GuidOffset + 4, GuidTail.Length).SequenceEqual(GuidTail) ? null
        : BitConverter.ToUInt32(request[GuidOffset..]) switch
        {
            0xeb004a00 => NsiModule.Internet,
            0xeb004a01 => NsiModule.Internet6,
            0xeb004a02 => NsiModule.Udp,
            0xeb004a03 => NsiModule.Tcp,
            0xeb004a11 => NsiModule.Interfaces,
            _ => null,
        };
}
