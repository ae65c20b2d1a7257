namespace PortableVirt.Hypervisor;

/// <summary>A range of guest-physical memory backed by files (and by zero pages where no piece lies). Thread-safe.</summary>
public sealed class FileSlot : IDisposable
{
    private readonly (int Page, int Count)[] _shared;
    private GuestMemory? _memory;

    internal FileSlot(GuestMemory memory, ulong gpa, int pageCount, (int Page, int Count)[] shared)
    {
        _memory = memory;
        _shared = shared;
        Gpa = gpa;
        PageCount = pageCount;
    }

    /// <summary>Guest-physical address of the first page, a multiple of 4096.</summary>
    public ulong Gpa { get; }

    /// <summary>Length in pages of 4096 bytes.</summary>
    public int PageCount { get; }

    /// <summary>Length in bytes.</summary>
    public ulong Length => (ulong)PageCount << 12;

    /// <summary>
    /// Unmaps the range: every guest translation of it is gone on return, and its guest-physical addresses may be given to another slot.
    /// The caller must have removed all page-table entries that point into it. Does nothing the second time.
    /// </summary>
    public void Dispose() => Interlocked.Exchange(ref _memory, null)?.Unmap(this);

    /// <summary>True when the page belongs to a shared file mapping, whose content survives dropping the host's pages.</summary>
    internal bool IsShared(int page)
    {
        foreach ((int first, int count) in _shared)
        {
            if (page >= first && page - first < count)
            {
                return true;
            }
        }

        return false;
    }
}
