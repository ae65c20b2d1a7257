using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>The lists of extended attributes that programs pass (FILE_FULL_EA_INFORMATION and FILE_GET_EA_INFORMATION, ntifs.h).</summary>
internal static class EaList
{
    /// <summary>Longest list that is read: 64 KiB of attributes with their headers and padding.</summary>
    public const int MaximumLength = 128 << 10;

    private const int FullHeader = 8, GetHeader = 5;

    /// <summary>What FAT refuses in names, too.</summary>
    private static readonly SearchValues<char> _forbidden = SearchValues.Create("\\/:*?\"<>|,+=[];");

    /// <summary>
    /// Reads FILE_FULL_EA_INFORMATION entries. STATUS_EA_LIST_INCONSISTENT when the entries do not fit together, STATUS_INVALID_EA_NAME for a name or
    /// flags that are not allowed; <paramref name="errorOffset"/> is then where the bad entry is.
    /// </summary>
    public static NtStatus ReadFull(ReadOnlySpan<byte> list, out List<ExtendedAttribute> attributes, out int errorOffset)
    {
        attributes = [];
        for (errorOffset = 0; ;)
        {
            ReadOnlySpan<byte> entry = list[errorOffset..];
            if (entry.Length < FullHeader + 1)
            {
                return NtStatus.EaListInconsistent;
            }
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            int valueLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]);
            int nameEnd = FullHeader + entry[5];
            int size = nameEnd + 1 + valueLength;
            if (size > entry.Length || entry[nameEnd] != 0 || (next != 0 && next != (uint)Align(size)))
            {
                return NtStatus.EaListInconsistent;
            }
            if (!TryReadName(entry[FullHeader..nameEnd], out string name) || (entry[4] & ~ExtendedAttribute.NeedEa) != 0)
            {
                return NtStatus.InvalidEaName;
            }
            attributes.Add(new ExtendedAttribute(entry[4], name, entry[(nameEnd + 1)..size].ToArray()));
            if (next == 0)
            {
                return NtStatus.Success;
            }
            if (next > (uint)entry.Length)
            {
                return NtStatus.EaListInconsistent;
            }
            errorOffset += (int)next;
        }
    }

    /// <summary>Reads FILE_GET_EA_INFORMATION entries, each name once; errors as <see cref="ReadFull"/>.</summary>
    public static NtStatus ReadNames(ReadOnlySpan<byte> list, out List<string> names, out int errorOffset)
    {
        names = [];
        for (errorOffset = 0; ;)
        {
            ReadOnlySpan<byte> entry = list[errorOffset..];
            if (entry.Length < GetHeader + 1)
            {
                return NtStatus.EaListInconsistent;
            }
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            int size = GetHeader + entry[4] + 1;
            if (size > entry.Length || (next != 0 && (next < (uint)size || next % 4 != 0 || next > (uint)entry.Length)))
            {
                return NtStatus.EaListInconsistent;
            }
            if (!TryReadName(entry[GetHeader..(size - 1)], out string name))
            {
                return NtStatus.InvalidEaName;
            }
            if (!names.Contains(name))
            {
                names.Add(name);
            }
            if (next == 0)
            {
                return NtStatus.Success;
            }
            errorOffset += (int)next;
        }
    }

    /// <summary>Writes attributes from <paramref name="start"/> on until one does not fit, each on a multiple of 4.</summary>
    /// <param name="written">Bytes that were written.</param>
    /// <returns>How many were written.</returns>
    public static int Write(IReadOnlyList<ExtendedAttribute> attributes, int start, int count, Span<byte> output, out int written)
    {
        int last = 0;
        int done = 0;
        written = 0;
        for (; done < count; done++)
        {
            ExtendedAttribute attribute = attributes[start + done];
            int at = Align(written);
            InformationBuffer entry = new(output[Math.Min(at, output.Length)..]);
            entry.Add(0u);
            entry.Add(attribute.Flags);
            entry.Add((byte)attribute.Name.Length);
            entry.Add((ushort)attribute.Value.Length);
            entry.Add(Encoding.Latin1.GetBytes(attribute.Name));
            entry.Add((byte)0);
            entry.Add(attribute.Value);
            if (entry.Overflowed)
            {
                break;
            }
            if (done != 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(output[last..], (uint)(at - last));
            }
            last = at;
            written = at + entry.Position;
        }
        return done;
    }

    private static int Align(int size) => (size + 3) & ~3;

    private static bool TryReadName(ReadOnlySpan<byte> bytes, out string name)
    {
        name = Encoding.Latin1.GetString(bytes);
        bool isGood = name.Length != 0 && !name.AsSpan().ContainsAny(_forbidden) && name.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0;
        name = string.Create(name.Length, name, static (upper, lower) => System.Text.Ascii.ToUpper(lower, upper, out _));
        return isGood;
    }
}
