using System.Buffers.Binary;
using System.Net;
using System.Text;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// A 64-bit hostent for guest memory: { char *name; char **aliases; short family; short length; char **addresses }, 32 bytes, with
/// an empty list of aliases, the list of addresses, the addresses and the name behind it.
/// </summary>
internal static class HostEntryWriter
{
    private const int Header = 32;

    /// <summary>Writes the entry; all addresses are of one family.</summary>
    /// <param name="target">Where it will be, for its pointers.</param>
    public static byte[] Write(GuestPointer target, string name, IReadOnlyList<IPAddress> addresses)
    {
        int length = addresses[0].GetAddressBytes().Length;
        int pointers = Header + sizeof(ulong);
        int data = pointers + ((addresses.Count + 1) * sizeof(ulong));
        int text = data + (addresses.Count * length);
        byte[] bytes = Encoding.UTF8.GetBytes(name + "\0");
        byte[] entry = new byte[text + bytes.Length];
        bytes.CopyTo(entry, text);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, (target + text).Address);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(8), (target + Header).Address);
        BinaryPrimitives.WriteInt16LittleEndian(entry.AsSpan(16), (short)(length == 4 ? SocketAddress.Internet : SocketAddress.Internet6));
        BinaryPrimitives.WriteInt16LittleEndian(entry.AsSpan(18), (short)length);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(24), (target + pointers).Address);
        for (int i = 0; i < addresses.Count; i++)
        {
            int place = data + (i * length);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(pointers + (i * sizeof(ulong))), (target + place).Address);
            addresses[i].TryWriteBytes(entry.AsSpan(place), out _);
        }
        return entry;
    }
}
