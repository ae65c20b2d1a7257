using System.Buffers.Binary;
using System.Net;
using System.Text;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// A list of 64-bit ADDRINFOA structures for guest memory: { int flags, family, type, protocol; size_t length; char *name; SOCKADDR
/// *address; next }, 48 bytes each, with their addresses and the name behind them.
/// </summary>
/// <param name="target">Where the list will be, for its pointers.</param>
/// <param name="flags">ai_flags of all entries.</param>
/// <param name="type">ai_socktype of all entries.</param>
/// <param name="protocol">ai_protocol of all entries.</param>
internal sealed class AddressInfoWriter(GuestPointer target, int flags, int type, int protocol)
{
    private const int EntryLength = 48, AddressRoom = 32;

    /// <summary>Writes the list.</summary>
    public byte[] Write(IReadOnlyList<IPAddress> addresses, ushort port, string? canonicalName)
    {
        int addressStart = addresses.Count * EntryLength;
        int nameStart = addressStart + (addresses.Count * AddressRoom);
        byte[] name = canonicalName is null ? [] : Encoding.UTF8.GetBytes(canonicalName + "\0");
        byte[] list = new byte[nameStart + name.Length];
        name.CopyTo(list, nameStart);
        for (int i = 0; i < addresses.Count; i++)
        {
            SocketAddress address = SocketAddress.From(addresses[i], port);
            Span<byte> entry = list.AsSpan(i * EntryLength, EntryLength);
            int place = addressStart + (i * AddressRoom);
            BinaryPrimitives.WriteInt32LittleEndian(entry, flags);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], address.Family);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], protocol);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], address.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], i == 0 && canonicalName is not null ? (target + nameStart).Address : 0);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[32..], (target + place).Address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[40..], i + 1 < addresses.Count ? (target + ((i + 1) * EntryLength)).Address : 0);
            address.WindowsForm.CopyTo(list.AsSpan(place));
        }
        return list;
    }
}
