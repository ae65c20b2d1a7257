using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// The wait of a thread, as data, so that it can be cancelled, saved and started again. Each thread has one and uses it for
/// all its waits. Guarded by the dispatcher lock, but for <see cref="IsDone"/>.
/// </summary>
/// <param name="thread">The waiting thread.</param>
internal sealed class WaitBlock(NtThread thread)
{
    private WaitEntry[] _entries = [];
    private bool _done = true;

    /// <summary>The waiting thread.</summary>
    public NtThread Thread { get; } = thread;

    /// <summary>What it waits for: 0 (a delay) to 64 objects.</summary>
    public ReadOnlySpan<WaitEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>Number of objects.</summary>
    public int Count { get; private set; }

    /// <summary>All of them at once instead of any.</summary>
    public bool WaitAll { get; private set; }

    /// <summary>Ends with STATUS_USER_APC or STATUS_ALERTED when an APC or alert comes.</summary>
    public bool Alertable { get; private set; }

    /// <summary>When the wait ends.</summary>
    public Deadline Deadline { get; private set; }

    /// <summary>The result, once <see cref="IsDone"/>.</summary>
    public NtStatus Result { get; private set; }

    /// <summary>True when no wait is in progress. The waiting thread reads this without the lock.</summary>
    public bool IsDone => Volatile.Read(ref _done);

    /// <summary>Describes a new wait; <see cref="Enqueue"/> starts it.</summary>
    public void Describe(ReadOnlySpan<DispatcherObject> objects, bool waitAll, bool alertable, Deadline deadline)
    {
        int known = _entries.Length;
        if (known < objects.Length)
        {
            Array.Resize(ref _entries, objects.Length);
            for (int i = known; i < _entries.Length; i++)
            {
                _entries[i] = new WaitEntry(this, i);
            }
        }
        for (int i = 0; i < objects.Length; i++)
        {
            _entries[i].Object = objects[i];
        }
        (Count, WaitAll, Alertable, Deadline) = (objects.Length, waitAll, alertable, deadline);
    }

    /// <summary>Puts the wait into the queues of its objects.</summary>
    public void Enqueue()
    {
        Volatile.Write(ref _done, false);
        foreach (WaitEntry entry in Entries)
        {
            entry.Object.Waiters.Add(entry);
        }
    }

    /// <summary>Ends the wait: takes it out of all queues and publishes the result. The block may be reused right after.</summary>
    public void Finish(NtStatus result)
    {
        foreach (WaitEntry entry in Entries)
        {
            entry.Object.Waiters.Remove(entry);
            entry.Object.OfferToPrograms();
        }
        Result = result;
        Volatile.Write(ref _done, true);
    }
}
