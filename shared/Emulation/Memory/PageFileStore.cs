using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// The frames of a page-file section, allocated in chunks of 64 KiB at first use, and which pages are committed (SEC_RESERVE
/// sections commit through their views). Thread-safe.
/// </summary>
internal sealed class PageFileStore(GuestMemory memory, long pageCount, bool committed)
{
    private const int ChunkPages = 16;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, ulong> _chunks = [];

    /// <summary>Page states: nonzero = committed.</summary>
    public PageRuns Commitment { get; } = new(pageCount, committed ? 1u : 0u);

    /// <summary>The frames behind pages, up to the end of a chunk.</summary>
    public (ulong Gpa, int Count) GetFrames(long page, int count)
    {
        if ((ulong)page >= (ulong)pageCount)
        {
            return (0, 0);
        }
        long chunk = page / ChunkPages;
        int inside = (int)(page % ChunkPages);
        lock (_lock)
        {
            if (!_chunks.TryGetValue(chunk, out ulong gpa))
            {
                gpa = memory.AllocateFrames(ChunkPages);
                if (gpa == 0)
                {
                    return (0, 0);
                }
                _chunks[chunk] = gpa;
            }
            return (gpa + ((ulong)inside << 12), Math.Min(count, ChunkPages - inside));
        }
    }

    /// <summary>Marks pages as committed, for all views. Locks itself.</summary>
    public void Commit(long page, long count)
    {
        lock (_lock)
        {
            Commitment.Set(page, count, 1);
        }
    }

    /// <summary>True when the page is committed.</summary>
    public (bool Committed, long End) CommitmentAt(long page)
    {
        lock (_lock)
        {
            (uint state, long end) = Commitment.RunAt(page);
            return (state != 0, end);
        }
    }

    /// <summary>Frees all frames: no view and no handle is left.</summary>
    public void Free()
    {
        lock (_lock)
        {
            foreach (ulong gpa in _chunks.Values)
            {
                memory.FreeFrames(gpa, ChunkPages);
            }
            _chunks.Clear();
        }
    }
}
