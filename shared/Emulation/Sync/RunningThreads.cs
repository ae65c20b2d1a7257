namespace PortableVirt.Emulation.Sync;

/// <summary>How many guest threads of the VM want a processor: they run, or their calls are being handled. Thread-safe.</summary>
public sealed class RunningThreads
{
    private int _count;

    /// <summary>The number now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A thread starts or is no longer blocked.</summary>
    public void Enter() => Interlocked.Increment(ref _count);

    /// <summary>A thread blocks or ends.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
