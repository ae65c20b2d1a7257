using PortableVirt.Kernel;

namespace PortableVirt.Emulation;

/// <summary>Exit counts of all threads that have ended. Thread-safe.</summary>
public sealed class ExecutiveStatistics
{
    private readonly Lock _lock = new();

    /// <summary>The sums.</summary>
    public ExitCounters Exits { get; } = new();

    /// <summary>Adds the counts of a vCPU that a thread gives back.</summary>
    public void Add(ExitCounters counters)
    {
        lock (_lock)
        {
            Exits.Add(counters);
        }
    }
}
