namespace PortableVirt.Emulation.Memory;

/// <summary>The commit charge of a VM or a job: private bytes that programs committed, with a limit. Thread-safe.</summary>
/// <param name="limit">The most bytes.</param>
public sealed class CommitCharge(ulong limit)
{
    private readonly Lock _lock = new();

    /// <summary>The limit in bytes. A lower one than is used takes nothing back, but lets nothing more be taken.</summary>
    public ulong Limit
    {
        get => Volatile.Read(ref limit);
        set => Volatile.Write(ref limit, value);
    }

    /// <summary>Bytes committed now.</summary>
    public ulong Used { get; private set; }

    /// <summary>The most bytes that were committed at a time.</summary>
    public ulong Peak { get; private set; }

    /// <summary>Takes bytes; false when the limit would be passed (STATUS_COMMITMENT_LIMIT).</summary>
    public bool TryTake(ulong bytes)
    {
        lock (_lock)
        {
            if (Used > Limit || bytes > Limit - Used)
            {
                return false;
            }
            Add(bytes);
            return true;
        }
    }

    /// <summary>Takes bytes whatever the limit: what a process that joins a job has committed before.</summary>
    public void Take(ulong bytes)
    {
        lock (_lock)
        {
            Add(bytes);
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(ulong bytes)
    {
        lock (_lock)
        {
            Used -= bytes;
        }
    }

    private void Add(ulong bytes)
    {
        Used += bytes;
        Peak = Math.Max(Peak, Used);
    }
}
