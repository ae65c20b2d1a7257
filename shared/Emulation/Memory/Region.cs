namespace PortableVirt.Emulation.Memory;

/// <summary>A reservation of an address space: what NT calls a VAD. Guarded by the address space's lock.</summary>
internal sealed class Region(ulong start, ulong size, uint type, uint allocationProtect, PageRuns pages)
{
    /// <summary>First address, a multiple of 4 KiB (of 64 KiB unless it is a split placeholder).</summary>
    public ulong Start { get; } = start;

    /// <summary>Size in bytes, a multiple of 4 KiB.</summary>
    public ulong Size { get; } = size;

    /// <summary>First address behind.</summary>
    public ulong End => Start + Size;

    /// <summary>MEM_PRIVATE, MEM_MAPPED or MEM_IMAGE.</summary>
    public uint Type { get; } = type;

    /// <summary>Protection given when the region was made.</summary>
    public uint AllocationProtect { get; set; } = allocationProtect;

    /// <summary>Page states.</summary>
    public PageRuns Pages { get; } = pages;

    /// <summary>The view of a section that the region shows, or null for private memory.</summary>
    public SectionView? View { get; init; }

    /// <summary>Pages written since the last reset, for MEM_WRITE_WATCH; null where writes are not watched.</summary>
    public SortedSet<long>? Written { get; init; }

    /// <summary>True for a placeholder: reserved, not committable, to be replaced.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>Page number of an address inside.</summary>
    public long PageOf(ulong address) => (long)((address - Start) >> 12);
}
