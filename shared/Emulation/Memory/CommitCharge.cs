namespace PortableVirt.Emulation.Memory;

/// <summary>The commit charge of a VM: private bytes that programs committed, with a limit. Thread-safe.</summary>
/// <param name="limit">The most bytes.</param>
public sealed class CommitCharge(ulong limit)
{
    private readonly Lock _lock = new();

    /// <summary>The limit in bytes.</summary>
    public ulong Limit => limit;

    /// <summary>Bytes committed now.</summary>
    public ulong Used { get; private set; }

    /// <summary>The most bytes that were committed at a time.</summary>
    public ulong Peak { get; private set; }

    /// <summary>Takes bytes; false when the limit would be passed (STATUS_COMMITMENT_LIMIT).</summary>
    public bool TryTake(ulong bytes)
    {
        lock (_lock)
        {
            if (bytes > limit - Used)
            {
                return false;
            }
            Used += bytes;
            Peak = Math.Max(Peak, Used);
            return true;
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
}
