using PortableVirt.Analysis.Pe;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// A view of an image: the view's own copy-on-write pages. Page-aligned files are mapped; others are RAM that is allocated and filled from the
/// file in clusters of 64 KiB at the first touch: programs touch a tenth of large images, and the host backs frames 2 MiB at a time.
/// </summary>
internal sealed class ImageSectionView : SectionView
{
    /// <summary>Pages that are brought in together: 64 KiB.</summary>
    internal const int ClusterPages = 16;

    private readonly FileSlot? _slot;
    private readonly GuestMemory _memory;
    private readonly FileExtent _file;
    private readonly ImageLayout _layout;
    private readonly Dictionary<long, ulong> _clusters = [];
    private readonly int _pageCount;
    private readonly bool[]? _absent;

    /// <summary>A view of a mapped file.</summary>
    public ImageSectionView(ImageSection section, GuestMemory memory, FileExtent file, FileSlot slot)
        : base(section, 0) => (_memory, _file, _layout, _slot, _pageCount, _absent) = (memory, file, section.Layout, slot, slot.PageCount, section.Layout.AbsentPages());

    /// <summary>A view in RAM frames.</summary>
    public ImageSectionView(ImageSection section, GuestMemory memory, FileExtent file, int pageCount)
        : base(section, 0) => (_memory, _file, _layout, _pageCount, _absent) = (memory, file, section.Layout, pageCount, section.Layout.AbsentPages());

    /// <inheritdoc/>
    public override bool IsImage => true;

    /// <summary>True when the pages are the file's own.</summary>
    public bool IsMappedFromFile => _slot is not null;

    /// <summary>The part of [first, first + count) that is filled together with a page.</summary>
    public static (long First, long Count) Cluster(long page, long first, long count)
    {
        long low = Math.Max(first, page & ~(ClusterPages - 1L));
        long high = Math.Min(first + count, (page | (ClusterPages - 1)) + 1);
        return (low, high - low);
    }

    /// <summary>True for a page that the package left out.</summary>
    public bool IsAbsent(long page) => _absent is not null && page < _absent.Length && _absent[(int)page];

    /// <summary>A page that was left out has its bytes now.</summary>
    public void MarkPresent(long page) => _absent![(int)page] = false;

    /// <summary>The part of a range around a page that was not left out; nothing when the page itself was.</summary>
    public (long First, long Count) Present(long page, (long First, long Count) range)
    {
        if (_absent is null)
        {
            return range;
        }
        (long low, long high) = (page, page);
        while (high < range.First + range.Count && !IsAbsent(high))
        {
            high++;
        }
        while (low > range.First && high > page && !IsAbsent(low - 1))
        {
            low--;
        }
        return (low, high - low);
    }

    /// <inheritdoc/>
    public override (ulong Gpa, int Count) GetFrames(long page, int count)
    {
        if (page + count > _pageCount)
        {
            return (0, 0);
        }
        if (_slot is not null)
        {
            return (_slot.Gpa + ((ulong)page << 12), count);
        }
        int inside = (int)(page % ClusterPages);
        if (!_clusters.TryGetValue(page / ClusterPages, out ulong cluster))
        {
            cluster = _memory.AllocateFrames(ClusterPages);
            if (cluster == 0)
            {
                return (0, 0);
            }
            _clusters[page / ClusterPages] = cluster;
        }
        count = Math.Min(count, ClusterPages - inside);
        ulong gpa = cluster + ((ulong)inside << 12);
        return Fill((ulong)page << 12, _memory.RamSpan(gpa, count << 12)) ? (gpa, count) : (0, 0);
    }

    /// <inheritdoc/>
    public override void Release(GuestMemory memory)
    {
        _slot?.Dispose();
        GpaRun freed = default;
        foreach (ulong cluster in _clusters.Values)
        {
            for (int page = 0; page < ClusterPages; page++)
            {
                freed.Add(cluster + ((ulong)page << 12), memory.FreeFrames);
            }
        }
        freed.Finish(memory.FreeFrames);
        Section.RemoveView();
    }

    /// <summary>What a page holds before anything is changed. False when the file cannot be read, or the page is one that we added.</summary>
    internal bool TryReadOriginal(long page, Span<byte> target)
    {
        target.Clear();
        ulong rva = (ulong)page << 12;
        return _layout.Extension is not { } extension || (page != 0 && rva < extension.SectionRva) ? Fill(rva, target) : false;
    }

    private bool Fill(ulong rva, Span<byte> target)
    {
        foreach (PePiece piece in _layout.Pieces)
        {
            ulong start = Math.Max(rva, piece.Rva);
            ulong end = Math.Min(rva + (ulong)target.Length, (ulong)piece.Rva + piece.FileLength);
            if (start >= end)
            {
                continue;
            }
            Span<byte> part = target[(int)(start - rva)..(int)(end - rva)];
            long offset = piece.FileOffset + (long)(start - piece.Rva);
            while (!part.IsEmpty)
            {
                int read;
                try
                {
                    read = _file.Read(part, offset);
                }
                catch (IOException)
                {
                    return false;
                }
                if (read == 0)
                {
                    break;
                }
                part = part[read..];
                offset += read;
            }
        }
        return true;
    }
}
