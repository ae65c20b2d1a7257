namespace PortableVirt.Emulation.Sync;

/// <summary>The waits that name an object, in arrival order: a list through the entries themselves, without allocations.</summary>
internal struct WaitQueue
{
    private WaitEntry? _last;

    /// <summary>The waiter that waits longest, or null.</summary>
    public WaitEntry? First { get; private set; }

    /// <summary>Adds a waiter at the end.</summary>
    public void Add(WaitEntry entry)
    {
        entry.Next = null;
        entry.Previous = _last;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Next = entry;
        }
        _last = entry;
    }

    /// <summary>Takes a waiter out.</summary>
    public void Remove(WaitEntry entry)
    {
        if (entry.Previous is null)
        {
            First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }
        if (entry.Next is null)
        {
            _last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }
        entry.Next = entry.Previous = null;
    }
}
