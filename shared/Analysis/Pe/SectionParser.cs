using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>Reads and checks the section table: ascending, contiguous, inside the image and inside the file.</summary>
internal static class SectionParser
{
    /// <summary>Reads the table; the headers were checked, so it lies inside <paramref name="data"/>.</summary>
    public static PeSection[]? Parse(ReadOnlySpan<byte> data, long fileLength, PeHeaders headers, out PeError? error)
    {
        error = null;
        PeSection[] sections = new PeSection[headers.SectionCount];
        bool flat = headers.SectionAlignment < 0x1000;
        ulong alignment = headers.SectionAlignment;
        ulong next = Align(headers.SizeOfHeaders, alignment);
        for (int i = 0; i < sections.Length; i++)
        {
            PeSection section = Read(data.Slice(headers.SectionTableOffset + (i * 40), 40), flat);
            sections[i] = section;
            if (flat ? section.Rva < (i == 0 ? 0 : sections[i - 1].Rva + (ulong)sections[i - 1].MemorySize) : section.Rva != next)
            {
                error = PeError.Malformed($"section {i + 1} (\"{section.Name}\") is at 0x{section.Rva:x} where 0x{next:x} was expected");
                return null;
            }
            next = Align(section.Rva + (ulong)section.MemorySize, alignment);
            if (next > Align(headers.SizeOfImage, Math.Max(alignment, 0x1000)) || section.MemorySize > int.MaxValue)
            {
                error = PeError.Malformed($"section {i + 1} (\"{section.Name}\") reaches beyond the image size 0x{headers.SizeOfImage:x}");
                return null;
            }
            // Padding behind the virtual size may be missing: many linkers do not write it at the end of the file.
            long end = (long)section.RawOffset + Math.Min(section.FileSize, section.MemorySize);
            if (section.FileSize != 0 && end > fileLength)
            {
                error = PeError.Truncated($"section {i + 1} (\"{section.Name}\")", end, fileLength);
                return null;
            }
            if (section.FileSize != 0 && end > int.MaxValue)
            {
                error = PeError.Malformed($"section {i + 1} (\"{section.Name}\") lies beyond the first 2 GiB of the file");
                return null;
            }
        }
        return sections;
    }

    private static PeSection Read(ReadOnlySpan<byte> header, bool flat)
    {
        uint rawSize = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        uint rawOffset = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        return new PeSection(
            BinaryPrimitives.ReadUInt64LittleEndian(header),
            BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),
            rawOffset == 0 ? 0 : rawSize,
            flat ? rawOffset : rawOffset & ~0x1ffu,
            (PeSectionFlags)BinaryPrimitives.ReadUInt32LittleEndian(header[36..]));
    }

    private static ulong Align(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
