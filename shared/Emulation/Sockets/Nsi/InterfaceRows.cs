using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Sockets;

namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>The interfaces (nsi_ndis_ifinfo_rw, _dynamic and _static) and the way from an index to a LUID.</summary>
internal static class InterfaceRows
{
    /// <summary>Lengths of the three structures.</summary>
    private const int WritableSize = 1092, DynamicSize = 216, StaticSize = 600;

    /// <summary>IF_TYPE_SOFTWARE_LOOPBACK and IF_TYPE_ETHERNET_CSMACD (ipifcons.h).</summary>
    private const uint LoopbackType = 24, EthernetType = 6;

    private const uint Up = 1, Down = 2;

    /// <summary>1 Gbit/s: virtual interfaces have no speed of their own.</summary>
    private const ulong Speed = 1_000_000_000;

    /// <summary>NET_LUID: type in bits 48 to 63, index in bits 24 to 47.</summary>
    public static ulong Luid(NetworkInterfaceEntry entry) => ((ulong)TypeOf(entry) << 48) | ((ulong)entry.Index << 24);

    /// <summary>The interfaces by LUID.</summary>
    public static NsiTable Read(SocketNetwork network) =>
        new(sizeof(ulong), WritableSize, DynamicSize, StaticSize, [.. InterfaceTable.Read(network.Policy).Select(i => new NsiRow(BitConverter.GetBytes(Luid(i)), Writable(i), Dynamic(i), Static(i)))]);

    /// <summary>The LUIDs by index.</summary>
    public static NsiTable ReadIndexes(SocketNetwork network) =>
        new(sizeof(uint), 0, 0, sizeof(ulong), [.. InterfaceTable.Read(network.Policy).Select(i => new NsiRow(BitConverter.GetBytes(i.Index), [], [], BitConverter.GetBytes(Luid(i))))]);

    private static uint TypeOf(NetworkInterfaceEntry entry) => entry.IsLoopback ? LoopbackType : EthernetType;

    /// <summary>{ network GUID; uint state wanted; name; address; name; uint }.</summary>
    private static byte[] Writable(NetworkInterfaceEntry entry)
    {
        byte[] bytes = new byte[WritableSize];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Up);
        WriteString(bytes.AsSpan(20), entry.Name);
        WritePhysicalAddress(bytes.AsSpan(536), entry);
        return bytes;
    }

    /// <summary>{ uint state, flags, media state, unused, MTU; two speeds; counters }.</summary>
    private static byte[] Dynamic(NetworkInterfaceEntry entry)
    {
        byte[] bytes = new byte[DynamicSize];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, entry.IsUp ? Up : Down);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), entry.IsUp ? 1u : 2u);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), entry.Mtu);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), Speed);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), Speed);
        return bytes;
    }

    /// <summary>{ uint index; description; uint type, access, unused, connection; GUID; ushort connected; address; flags; two media }.</summary>
    private static byte[] Static(NetworkInterfaceEntry entry)
    {
        byte[] bytes = new byte[StaticSize];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, entry.Index);
        WriteString(bytes.AsSpan(4), entry.IsLoopback ? "Software Loopback Interface 1" : entry.Name);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(520), TypeOf(entry));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(524), entry.IsLoopback ? 1u : 2u);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(532), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(536), entry.Index);
        "PVNetDev"u8.CopyTo(bytes.AsSpan(544));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(552), 1);
        WritePhysicalAddress(bytes.AsSpan(554), entry);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(588), entry.IsLoopback ? 0u : 1u);
        return bytes;
    }

    /// <summary>IF_COUNTED_STRING: { ushort length in bytes; 257 characters }.</summary>
    private static void WriteString(Span<byte> target, string text)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan(0, Math.Min(text.Length, 256)));
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)bytes.Length);
        bytes.CopyTo(target[2..]);
    }

    /// <summary>IF_PHYSICAL_ADDRESS: { ushort length; 32 bytes }.</summary>
    private static void WritePhysicalAddress(Span<byte> target, NetworkInterfaceEntry entry)
    {
        ReadOnlySpan<byte> bytes = entry.PhysicalAddress.AsSpan(0, Math.Min(entry.PhysicalAddress.Length, 32));
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)bytes.Length);
        bytes.CopyTo(target[2..]);
    }
}
