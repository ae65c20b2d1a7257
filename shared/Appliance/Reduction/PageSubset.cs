using System.Buffers.Binary;
using System.Text;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Appliance.Reduction;

/// <summary>
/// Leaves out pages of an image that no run touched. The result is an image again: a section is split where pages are left out, and sections of the
/// name ".pvgap" without data stand for these. Addresses and protections stay; the file's pages lie so that they can be mapped.
/// </summary>
public static class PageSubset
{
    /// <summary>Name of the sections that stand for pages that were left out.</summary>
    public const string GapName = ".pvgap";

    private const uint Page = 0x1000;
    private const int SectionHeaderSize = 40;
    private const int CoffHeader = 4;
    private const int OptionalHeader = CoffHeader + 20;
    private const int DirectoryTable = OptionalHeader + 112;

    /// <summary>Small sections and those that unwinding, relocation and the loader read are kept whole.</summary>
    private const uint SmallSection = 4 * Page;

    private static readonly HashSet<string> s_whole = new(StringComparer.Ordinal) { ".pdata", ".xdata", ".reloc", ".idata", ".edata", ".tls", ".CRT", ".rsrc", ".didat" };

    private readonly record struct Part(int Section, uint First, uint Count, bool IsGap);

    /// <summary>The smaller image; the same bytes where nothing can be left out or the file is not understood.</summary>
    /// <param name="file">The image.</param>
    /// <param name="touched">Pages that runs touched; page 0 starts at the image's base.</param>
    public static ReadOnlyMemory<byte> Reduce(ReadOnlyMemory<byte> file, IReadOnlySet<long> touched)
    {
        if (!PeImage.TryParse(file, out PeImage? image, out _) || !image.Headers.IsPe32Plus || image.IsFlat || image.Sections.Length == 0
            || image.Sections[0].Rva < Page || image.Headers.SectionAlignment != Page || HasOverlay(image))
        {
            return file;
        }
        HashSet<long> kept = [.. touched];
        KeepDirectories(image, kept);
        // One section is added to some DLLs when they are mapped.
        int most = ((int)(Page - image.Headers.SectionTableOffset) / SectionHeaderSize) - 1;
        List<Part> parts = Merge(Split(image, kept), most);
        if (!parts.Exists(part => part.IsGap))
        {
            return file;
        }
        byte[] reduced = Write(image, parts);
        return reduced.Length < file.Length && PeImage.TryParse(reduced, out _, out _) ? reduced : file;
    }

    /// <summary>True when the file has data behind its sections that is neither a signature nor symbols: programs find it by its place in the file.</summary>
    private static bool HasOverlay(PeImage image)
    {
        uint end = image.Headers.SizeOfHeaders;
        foreach (PeSection section in image.Sections)
        {
            end = Math.Max(end, section.RawOffset + section.RawSize);
        }
        uint symbols = BinaryPrimitives.ReadUInt32LittleEndian(image.Data.Span[((int)image.Headers.PeOffset + CoffHeader + 8)..]);
        PeDataDirectory signature = image.Directory(PeDirectory.Security);
        // The directory of signatures holds a file offset where the others hold an address.
        long limit = signature.IsPresent ? signature.Rva : image.FileLength;
        return symbols == 0 && limit > ((end + 7) & ~7u);
    }

    /// <summary>The tables that the loader reads, for the import names of other DLLs too.</summary>
    private static void KeepDirectories(PeImage image, HashSet<long> kept)
    {
        for (int i = 0; i < image.Headers.DirectoryCount; i++)
        {
            PeDataDirectory directory = image.Directory((PeDirectory)i);
            if ((PeDirectory)i is PeDirectory.Security || !directory.IsPresent)
            {
                continue;
            }
            for (long page = directory.Rva >> 12; page <= (directory.Rva + (long)directory.Size - 1) >> 12; page++)
            {
                kept.Add(page);
            }
        }
        kept.Add(image.Headers.AddressOfEntryPoint >> 12);
    }

    private static List<Part> Split(PeImage image, HashSet<long> kept)
    {
        List<Part> parts = [];
        for (int i = 0; i < image.Sections.Length; i++)
        {
            PeSection section = image.Sections[i];
            uint pages = (section.MemorySize + Page - 1) / Page;
            uint filled = Math.Min(pages, (section.FileSize + Page - 1) / Page);
            bool whole = section.MemorySize <= SmallSection || s_whole.Contains(section.Name) || section.Flags.HasFlag(PeSectionFlags.Shared);
            for (uint page = 0; page < pages;)
            {
                bool Gap(uint at) => !whole && at < filled && !kept.Contains((section.Rva / Page) + at);
                bool isGap = Gap(page);
                uint next = page + 1;
                while (next < pages && Gap(next) == isGap)
                {
                    next++;
                }
                parts.Add(new Part(i, page, next - page, isGap));
                page = next;
            }
        }
        return parts;
    }

    /// <summary>Fills the smallest gaps until the section table has room for all parts.</summary>
    private static List<Part> Merge(List<Part> parts, int most)
    {
        while (parts.Count > most)
        {
            int smallest = -1;
            for (int i = 0; i < parts.Count; i++)
            {
                smallest = parts[i].IsGap && (smallest < 0 || parts[i].Count < parts[smallest].Count) ? i : smallest;
            }
            if (smallest < 0)
            {
                return [];
            }
            (int from, int to) = (smallest, smallest + 1);
            from -= from > 0 && parts[from - 1].Section == parts[smallest].Section ? 1 : 0;
            to += to < parts.Count && parts[to].Section == parts[smallest].Section ? 1 : 0;
            Part merged = parts[from] with { Count = (uint)parts[from..to].Sum(part => part.Count), IsGap = false };
            parts.RemoveRange(from, to - from);
            parts.Insert(from, merged);
        }
        return parts;
    }

    private static byte[] Write(PeImage image, List<Part> parts)
    {
        ReadOnlySpan<byte> source = image.Data.Span;
        MemoryStream output = new();
        byte[] headers = new byte[Page];
        source[..image.Headers.SectionTableOffset].CopyTo(headers);
        output.Write(headers);
        for (int i = 0; i < parts.Count; i++)
        {
            Part part = parts[i];
            PeSection section = image.Sections[part.Section];
            uint start = part.First * Page;
            uint memory = Math.Min(part.Count * Page, section.MemorySize - start);
            uint length = part.IsGap || start >= section.FileSize ? 0 : Math.Min(part.Count * Page, section.FileSize - start);
            Span<byte> header = headers.AsSpan(image.Headers.SectionTableOffset + (i * SectionHeaderSize), SectionHeaderSize);
            if (part.IsGap)
            {
                Encoding.ASCII.GetBytes(GapName, header);
            }
            else
            {
                BinaryPrimitives.WriteUInt64LittleEndian(header, section.RawName);
            }
            U32(header, 8, memory);
            U32(header, 12, section.Rva + start);
            U32(header, 16, (length + Page - 1) & ~(Page - 1));
            U32(header, 20, length == 0 ? 0 : (uint)output.Length);
            U32(header, 36, (uint)section.Flags);
            if (length != 0)
            {
                output.Write(source.Slice((int)(section.RawOffset + start), (int)length));
                output.SetLength((output.Length + Page - 1) & ~(Page - 1));
                output.Position = output.Length;
            }
        }
        byte[] result = output.ToArray();
        WriteHeaders(headers.AsSpan((int)image.Headers.PeOffset), image, parts.Count);
        headers.CopyTo(result, 0);
        return result;
    }

    private static void WriteHeaders(Span<byte> pe, PeImage image, int sections)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(pe[(CoffHeader + 2)..], (ushort)sections);
        pe.Slice(CoffHeader + 8, 8).Clear();
        U32(pe, OptionalHeader + 36, Page);
        U32(pe, OptionalHeader + 60, Page);
        U32(pe, OptionalHeader + 64, 0);
        if (image.Headers.DirectoryCount > (int)PeDirectory.Security)
        {
            pe.Slice(DirectoryTable + ((int)PeDirectory.Security * 8), 8).Clear();
        }
    }

    private static void U32(Span<byte> bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[offset..], value);
}
