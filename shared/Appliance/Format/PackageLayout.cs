using System.Buffers.Binary;
using System.Text;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// Where everything of a package lies. There is one way to lay a package out, so that the same inputs give the same bytes and every byte can be checked:
/// the runner; then for each member zeros, a local header that ends at a page, and the data on pages of its own, so that what follows the data on its last
/// page is zero, as a mapped file shows it; then, on a page of its own, the ZIP directory.
/// </summary>
internal static class PackageLayout
{
    private const int CommonOffset = 4;

    /// <summary>Where the data of the next member starts.</summary>
    /// <param name="end">Where the last one ends.</param>
    /// <param name="nameLength">Bytes of the member's name.</param>
    public static long DataAfter(long end, int nameLength) => Align(Align(end) + ZipRecords.LocalSize + nameLength);

    /// <summary>Rounded up to a page.</summary>
    public static long Align(long offset) => (offset + ZipRecords.Alignment - 1) & -ZipRecords.Alignment;

    /// <summary>The local header of a member, with its name.</summary>
    public static byte[] LocalHeader(ReadOnlySpan<byte> name, uint crc, uint length)
    {
        byte[] header = new byte[ZipRecords.LocalSize + name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, ZipRecords.Local);
        WriteCommon(header.AsSpan(CommonOffset), crc, length, name.Length);
        name.CopyTo(header.AsSpan(ZipRecords.LocalSize));
        return header;
    }

    /// <summary>The directory and the record that ends it.</summary>
    /// <param name="members">The members in order.</param>
    /// <param name="start">Where the directory starts in the file.</param>
    public static byte[] Directory(IReadOnlyList<PlacedMember> members, long start)
    {
        int size = 0;
        foreach (PlacedMember member in members)
        {
            size = checked(size + ZipRecords.CentralSize + Encoding.UTF8.GetByteCount(member.Path));
        }
        byte[] output = new byte[size + ZipRecords.EndSize];
        Span<byte> rest = output;
        foreach (PlacedMember member in members)
        {
            Span<byte> fields = rest[..ZipRecords.CentralSize];
            int nameLength = Encoding.UTF8.GetBytes(member.Path, rest[ZipRecords.CentralSize..]);
            BinaryPrimitives.WriteUInt32LittleEndian(fields, ZipRecords.Central);
            BinaryPrimitives.WriteUInt16LittleEndian(fields[4..], ZipRecords.VersionNeeded);
            WriteCommon(fields[6..], member.Crc, (uint)member.Length, nameLength);
            BinaryPrimitives.WriteUInt32LittleEndian(fields[42..], (uint)(member.Offset - ZipRecords.LocalSize - nameLength));
            rest = rest[(ZipRecords.CentralSize + nameLength)..];
        }
        BinaryPrimitives.WriteUInt32LittleEndian(rest, ZipRecords.End);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[8..], (ushort)members.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[10..], (ushort)members.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[12..], (uint)size);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[16..], (uint)start);
        return output;
    }

    /// <summary>The fields that both headers share, from "version needed" to the length of the extra field.</summary>
    private static void WriteCommon(Span<byte> fields, uint crc, uint length, int nameLength)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(fields, ZipRecords.VersionNeeded);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[2..], ZipRecords.Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[8..], ZipRecords.Date);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[10..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[14..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[18..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[22..], (ushort)nameLength);
    }
}
