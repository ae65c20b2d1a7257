using PortableVirt.Kernel;

namespace PortableVirt.Emulation;

/// <summary>Exit counts of all threads that have ended. Thread-safe.</summary>
public sealed class ExecutiveStatistics
{
    private readonly Lock _lock = new();
    private long _posted;

    /// <summary>The sums.</summary>
    public ExitCounters Exits { get; } = new();

    /// <summary>Calls that were answered through mailboxes, without an exit.</summary>
    public long PostedCalls => Interlocked.Read(ref _posted);

    /// <summary>Adds answered calls of a thread that ends.</summary>
    public void AddPosted(long calls) => Interlocked.Add(ref _posted, calls);

    /// <summary>Adds the counts of a vCPU that a thread gives back.</summary>
    public void Add(ExitCounters counters)
    {
        lock (_lock)
        {
            Exits.Add(counters);
        }
    }
}
