using System.Buffers.Binary;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Appliance.Reduction;

/// <summary>Removes what a DLL does not need to run: debugging sections at its end and the COFF symbol table. libwine's DLLs are mostly that.</summary>
public static class PeReducer
{
    private const int SectionHeaderSize = 40;
    private const int CoffHeader = 4;
    private const int NumberOfSections = CoffHeader + 2;
    private const int PointerToSymbolTable = CoffHeader + 8;
    private const int OptionalHeader = CoffHeader + 20;
    private const int SizeOfImage = OptionalHeader + 56;
    private const int CheckSum = OptionalHeader + 64;
    private const int DebugDirectory = OptionalHeader + 112 + (6 * 8);

    /// <summary>The reduced file, or the same bytes when there is nothing to remove or the file is not understood.</summary>
    public static ReadOnlyMemory<byte> Reduce(ReadOnlyMemory<byte> file)
    {
        if (!PeImage.TryParse(file, out PeImage? image, out _) || !image.Headers.IsPe32Plus || image.IsFlat)
        {
            return file;
        }
        PeSection[] sections = image.Sections.ToArray();
        int keep = sections.Length;
        while (keep > 1 && IsDebugging(sections[keep - 1]))
        {
            keep--;
        }
        if (keep == sections.Length || !CanEndAt(image, sections[keep].Rva, sections[..keep], out uint end))
        {
            return file;
        }
        byte[] reduced = file.Span[..(int)end].ToArray();
        Span<byte> pe = reduced.AsSpan((int)image.Headers.PeOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(pe[NumberOfSections..], (ushort)keep);
        pe.Slice(PointerToSymbolTable, 8).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(pe[SizeOfImage..], sections[keep].Rva);
        BinaryPrimitives.WriteUInt32LittleEndian(pe[CheckSum..], 0);
        if (image.Headers.DirectoryCount > (int)PeDirectory.Debug)
        {
            pe.Slice(DebugDirectory, 8).Clear();
        }
        reduced.AsSpan(image.Headers.SectionTableOffset + (keep * SectionHeaderSize), (sections.Length - keep) * SectionHeaderSize).Clear();
        return PeImage.TryParse(reduced, out _, out _) ? reduced : file;
    }

    /// <summary>Sections with long names ("/19" stands for ".debug_info") that are discardable or hold no code: what gcc writes for debuggers.</summary>
    private static bool IsDebugging(PeSection section) =>
        (section.Name.StartsWith('/') || section.Name.StartsWith(".debug", StringComparison.Ordinal))
        && !section.Flags.HasFlag(PeSectionFlags.Execute) && !section.Flags.HasFlag(PeSectionFlags.Write);

    /// <summary>True when no directory but that of debug data points behind an address, and all kept data lies before the rest in the file.</summary>
    private static bool CanEndAt(PeImage image, uint rva, PeSection[] kept, out uint end)
    {
        end = image.Headers.SizeOfHeaders;
        foreach (PeSection section in kept)
        {
            end = Math.Max(end, section.RawOffset + section.RawSize);
        }
        for (int i = 0; i < image.Headers.DirectoryCount; i++)
        {
            PeDataDirectory directory = image.Directory((PeDirectory)i);
            bool ignored = (PeDirectory)i is PeDirectory.Debug or PeDirectory.Security;
            if (!ignored && directory.IsPresent && directory.Rva >= rva)
            {
                return false;
            }
        }
        return end <= (uint)image.Data.Length && !image.Directory(PeDirectory.Security).IsPresent;
    }
}
