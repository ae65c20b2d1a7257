namespace PortableVirt.Emulation.Memory;

/// <summary>
/// The page states of a region as runs of equal protection, so that gigabytes cost nothing. A state is a PAGE_ protection, or 0 for
/// reserved but not committed. Page numbers are relative to the region.
/// </summary>
internal sealed class PageRuns
{
    private readonly List<(long Start, uint State)> _runs = [];

    /// <summary>All <paramref name="count"/> pages in one state.</summary>
    public PageRuns(long count, uint state)
    {
        Count = count;
        _runs.Add((0, state));
    }

    /// <summary>Number of pages.</summary>
    public long Count { get; }

    /// <summary>State of a page.</summary>
    public uint this[long page] => _runs[IndexOf(page)].State;

    /// <summary>State of a page and the end of the run that it lies in.</summary>
    public (uint State, long End) RunAt(long page)
    {
        int index = IndexOf(page);
        return (_runs[index].State, index + 1 < _runs.Count ? _runs[index + 1].Start : Count);
    }

    /// <summary>Sets the state of a range.</summary>
    public void Set(long start, long count, uint state)
    {
        long end = start + count;
        int first = IndexOf(start);
        int last = IndexOf(end - 1);
        uint after = _runs[last].State;
        bool endsInside = last + 1 < _runs.Count ? _runs[last + 1].Start > end : Count > end;
        if (_runs[first].Start == start)
        {
            _runs.RemoveRange(first, last - first + 1);
        }
        else
        {
            _runs.RemoveRange(first + 1, last - first);
            first++;
        }
        if (endsInside)
        {
            _runs.Insert(first, (end, after));
        }
        _runs.Insert(first, (start, state));
        MergeAt(first + 1);
        MergeAt(first);
    }

    /// <summary>The pages [start, start + count) as runs of their own, for a region that is split off.</summary>
    public PageRuns Slice(long start, long count)
    {
        PageRuns slice = new(count, this[start]);
        for (long page = start; page < start + count;)
        {
            (uint state, long end) = RunAt(page);
            end = Math.Min(end, start + count);
            slice.Set(page - start, end - page, state);
            page = end;
        }
        return slice;
    }

    private void MergeAt(int index)
    {
        if (index > 0 && index < _runs.Count && _runs[index - 1].State == _runs[index].State)
        {
            _runs.RemoveAt(index);
        }
    }

    private int IndexOf(long page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)page, (ulong)Count);
        int low = 0;
        int high = _runs.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (_runs[middle].Start <= page)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return low;
    }
}
