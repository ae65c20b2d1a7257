namespace PortableVirt.Hypervisor;

/// <summary>First-fit allocation of page ranges in a window of <paramref name="maximum"/> pages; freed neighbours merge. Not thread-safe.</summary>
internal sealed class PageRangeAllocator(ulong maximum)
{
    private readonly SortedDictionary<ulong, ulong> _free = [];
    private ulong _top;

    /// <summary>Pages from 0 that were ever given out.</summary>
    public ulong Top => _top;

    /// <summary>The first page of a range of <paramref name="count"/> pages, or null when the window is full.</summary>
    public ulong? Allocate(ulong count)
    {
        foreach ((ulong start, ulong length) in _free)
        {
            if (length >= count)
            {
                _free.Remove(start);
                if (length > count)
                {
                    _free.Add(start + count, length - count);
                }

                return start;
            }
        }

        if (count > maximum - _top)
        {
            return null;
        }

        _top += count;
        return _top - count;
    }

    /// <summary>Takes a range back that <see cref="Allocate"/> gave out.</summary>
    public void Free(ulong start, ulong count)
    {
        if (_free.Remove(start + count, out ulong following))
        {
            count += following;
        }

        foreach ((ulong before, ulong length) in _free)
        {
            if (before + length == start)
            {
                _free[before] = length + count;
                return;
            }

            if (before > start)
            {
                break;
            }
        }

        _free.Add(start, count);
    }
}
