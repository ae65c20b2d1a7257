namespace PortableVirt.Analysis.Pe;

/// <summary>How an image file is laid out in memory: what the memory manager needs to make an image section.</summary>
public sealed class PeLayout
{
    private readonly PePiece[] _pieces;

    private PeLayout(PePiece[] pieces, uint sizeOfImage)
    {
        _pieces = pieces;
        SizeOfImage = sizeOfImage;
        IsMappable = Array.TrueForAll(pieces, p => p.IsMappable);
    }

    /// <summary>Headers first, then the sections; ascending, without overlaps. Gaps between pieces do not occur except behind the last one.</summary>
    public ReadOnlySpan<PePiece> Pieces => _pieces;

    /// <summary>Bytes in memory, a multiple of 4096.</summary>
    public uint SizeOfImage { get; }

    /// <summary>True when every piece can be mapped from the file as it is, without copying.</summary>
    public bool IsMappable { get; }

    internal static PeLayout Create(PeImage image, FileExtent? file)
    {
        uint size = (uint)PageAlign(image.Headers.SizeOfImage);
        if (image.IsFlat)
        {
            uint available = (uint)Math.Min(image.FileLength, image.Headers.SizeOfImage);
            return new PeLayout([new PePiece("", 0, 0, available, size, 0x80, false, false, TailIsZero(image, file, 0, available))], size);
        }
        PePiece[] pieces = new PePiece[image.Sections.Length + 1];
        uint headers = image.Headers.SizeOfHeaders;
        // What follows the headers on their last page belongs to the first section's data when the file is packed tightly; NT shows zeros there.
        pieces[0] = new PePiece("", 0, 0, headers, (uint)PageAlign(headers), 0x02, false, false, TailIsZero(image, file, 0, headers));
        for (int i = 0; i < image.Sections.Length; i++)
        {
            pieces[i + 1] = FromSection(image, file, image.Sections[i]);
        }
        return new PeLayout(pieces, size);
    }

    private static PePiece FromSection(PeImage image, FileExtent? file, in PeSection section)
    {
        long available = Math.Max(0, image.FileLength - section.RawOffset);
        uint length = (uint)Math.Min(section.FileSize, available);
        return new PePiece(
            section.Name,
            section.Rva,
            section.RawOffset,
            length,
            (uint)PageAlign(section.MemorySize),
            ProtectionOf(section.Flags),
            section.Flags.HasFlag(PeSectionFlags.Shared),
            section.Flags.HasFlag(PeSectionFlags.Discardable),
            length == 0 || ((section.RawOffset & 0xfff) == 0 && TailIsZero(image, file, section.RawOffset, length)));
    }

    private static uint ProtectionOf(PeSectionFlags flags)
    {
        bool execute = flags.HasFlag(PeSectionFlags.Execute);
        if (flags.HasFlag(PeSectionFlags.Write))
        {
            return (flags.HasFlag(PeSectionFlags.Shared), execute) switch
            {
                (true, true) => 0x40,
                (true, false) => 0x04,
                (false, true) => 0x80,
                (false, false) => 0x08,
            };
        }
        return (flags.HasFlag(PeSectionFlags.Read), execute) switch
        {
            (true, true) => 0x20,
            (true, false) => 0x02,
            (false, true) => 0x10,
            (false, false) => 0x01,
        };
    }

    private static bool TailIsZero(PeImage image, FileExtent? file, uint offset, uint length)
    {
        long start = (long)offset + length;
        long end = Math.Min((long)PageAlign((ulong)start), image.FileLength);
        if (start >= end)
        {
            return true;
        }
        ReadOnlySpan<byte> data = image.Data.Span;
        if (end <= data.Length)
        {
            return !data[(int)start..(int)end].ContainsAnyExcept((byte)0);
        }
        Span<byte> tail = stackalloc byte[(int)(end - start)];
        return file is not null && file.Read(tail, start) == tail.Length && !tail.ContainsAnyExcept((byte)0);
    }

    private static ulong PageAlign(ulong value) => (value + 0xfff) & ~0xffful;
}
