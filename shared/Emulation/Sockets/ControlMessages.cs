using System.Buffers.Binary;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// Ancillary data of a datagram. The host's struct cmsghdr and WSACMSGHDR are alike: { 64-bit length; int level; int type } and the
/// data, each message at a multiple of 8. Types and data differ.
/// </summary>
internal static class ControlMessages
{
    private const int Header = 16;
    private const int Internet = 0, Internet6 = 41;

    /// <summary>Converts what the host gave; false when not everything fits.</summary>
    public static bool TryConvert(ReadOnlySpan<byte> host, Span<byte> windows, out int length)
    {
        length = 0;
        while (host.Length >= Header)
        {
            ulong total = BinaryPrimitives.ReadUInt64LittleEndian(host);
            if (total < Header || total > (ulong)host.Length)
            {
                return true;
            }
            int level = BinaryPrimitives.ReadInt32LittleEndian(host[8..]);
            int type = BinaryPrimitives.ReadInt32LittleEndian(host[12..]);
            ReadOnlySpan<byte> data = host[Header..(int)total];
            if (!TryAppend(level, type, data, windows, ref length))
            {
                return false;
            }
            host = host[Math.Min(host.Length, ((int)total + 7) & ~7)..];
        }
        return true;
    }

    private static bool TryAppend(int level, int type, ReadOnlySpan<byte> data, Span<byte> windows, ref int length)
    {
        Span<byte> converted = stackalloc byte[32];
        int size;
        int windowsType;
        switch (level, type)
        {
            // IP_PKTINFO 8 to 19: { int index; local; destination } to { destination; index }.
            case (Internet, 8) when data.Length >= 12:
                data[8..12].CopyTo(converted);
                data[..4].CopyTo(converted[4..]);
                (windowsType, size) = (19, 8);
                break;
            // IP_TTL 2 to 21 and IP_TOS 1 (one byte) to 40.
            case (Internet, 2) when data.Length >= 4:
                data[..4].CopyTo(converted);
                (windowsType, size) = (21, 4);
                break;
            case (Internet, 1) when data.Length >= 1:
                BinaryPrimitives.WriteInt32LittleEndian(converted, data[0]);
                (windowsType, size) = (40, 4);
                break;
            // IPV6_PKTINFO 50 to 19, IPV6_HOPLIMIT 52 to 21, IPV6_TCLASS 67 to 39.
            case (Internet6, 50) when data.Length >= 20:
                data[..20].CopyTo(converted);
                (windowsType, size) = (19, 20);
                break;
            case (Internet6, 52 or 67) when data.Length >= 4:
                data[..4].CopyTo(converted);
                (windowsType, size) = (type == 52 ? 21 : 39, 4);
                break;
            default:
                return true;
        }
        int padded = (Header + size + 7) & ~7;
        if (windows.Length - length < Header + size)
        {
            return false;
        }
        Span<byte> target = windows[length..];
        BinaryPrimitives.WriteUInt64LittleEndian(target, (ulong)(Header + size));
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], level);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], windowsType);
        converted[..size].CopyTo(target[Header..]);
        length += Math.Min(padded, target.Length);
        return true;
    }
}
