namespace PortableVirt.Emulation.Memory;

/// <summary>The regions of an address space, sorted by address, without overlap; finds regions and free space.</summary>
internal sealed class RegionList
{
    private readonly List<Region> _regions = [];
    private volatile bool _isClosed;

    /// <summary>Lowest address that a program may use: the first 64 KiB stay free.</summary>
    public const ulong LowestAddress = 0x10000;

    /// <summary>First address behind user space; the last 64 KiB below 128 TiB are not used, as on Windows.</summary>
    public const ulong EndAddress = 0x7fff_ffff_0000;

    /// <summary>Allocation granularity.</summary>
    public const ulong Granularity = 0x10000;

    /// <summary>The regions in address order.</summary>
    public IReadOnlyList<Region> All => _regions;

    /// <summary>The region that contains an address, or null.</summary>
    public Region? Find(ulong address)
    {
        int index = IndexAtOrBelow(address);
        return index >= 0 && address < _regions[index].End ? _regions[index] : null;
    }

    /// <summary>First address at or behind <paramref name="address"/> that belongs to a region, or the end of user space.</summary>
    public ulong NextUsed(ulong address)
    {
        int index = IndexAtOrBelow(address) + 1;
        return index < _regions.Count ? _regions[index].Start : EndAddress;
    }

    /// <summary>End of the last region below an address that lies in no region, or 0.</summary>
    public ulong PreviousEnd(ulong address)
    {
        int index = IndexAtOrBelow(address);
        return index >= 0 ? _regions[index].End : 0;
    }

    /// <summary>True when the process has ended: there are no regions, and no space for any.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>True when [start, start + size) touches no region.</summary>
    public bool IsFree(ulong start, ulong size) => !_isClosed && Find(start) is null && NextUsed(start) >= start + size;

    /// <summary>Adds a region; the caller has checked that the space is free.</summary>
    public void Add(Region region) => _regions.Insert(IndexAtOrBelow(region.Start) + 1, region);

    /// <summary>Removes a region.</summary>
    public void Remove(Region region) => _regions.RemoveAt(IndexAtOrBelow(region.Start));

    /// <summary>Removes everything, for good.</summary>
    public void Close()
    {
        _isClosed = true;
        _regions.Clear();
    }

    /// <summary>
    /// Finds free space inside [lowest, highest] (inclusive last byte), lowest first or, <paramref name="topDown"/>, highest first.
    /// </summary>
    /// <returns>The start address, or 0.</returns>
    public ulong FindFree(ulong size, ulong alignment, ulong lowest, ulong highest, bool topDown)
    {
        lowest = Math.Max(lowest, LowestAddress);
        ulong limit = highest >= EndAddress ? EndAddress : highest + 1;
        if (_isClosed || size == 0 || limit <= lowest || limit - lowest < size)
        {
            return 0;
        }
        return topDown ? FindTopDown(size, alignment, lowest, limit) : FindBottomUp(size, alignment, lowest, limit);
    }

    private ulong FindBottomUp(ulong size, ulong alignment, ulong lowest, ulong limit)
    {
        int index = IndexAtOrBelow(lowest);
        ulong candidate = index >= 0 ? Math.Max(lowest, _regions[index].End) : lowest;
        for (index++; ; index++)
        {
            ulong start = AlignUp(candidate, alignment);
            ulong end = index < _regions.Count ? Math.Min(_regions[index].Start, limit) : limit;
            if (start >= candidate && start < end && end - start >= size)
            {
                return start;
            }
            if (index >= _regions.Count || _regions[index].Start >= limit)
            {
                return 0;
            }
            candidate = _regions[index].End;
        }
    }

    private ulong FindTopDown(ulong size, ulong alignment, ulong lowest, ulong limit)
    {
        ulong end = limit;
        for (int index = IndexAtOrBelow(limit - 1); ; index--)
        {
            ulong gapStart = index >= 0 ? Math.Max(_regions[index].End, lowest) : lowest;
            if (end > gapStart && end - gapStart >= size)
            {
                ulong start = (end - size) & ~(alignment - 1);
                if (start >= gapStart)
                {
                    return start;
                }
            }
            if (index < 0 || _regions[index].Start <= lowest)
            {
                return 0;
            }
            end = Math.Min(end, _regions[index].Start);
        }
    }

    private static ulong AlignUp(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);

    private int IndexAtOrBelow(ulong address)
    {
        int low = 0;
        int high = _regions.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (_regions[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return high;
    }
}
