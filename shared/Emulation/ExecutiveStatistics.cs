using PortableVirt.Kernel;

namespace PortableVirt.Emulation;

/// <summary>What a VM has cost so far. Thread-safe.</summary>
public sealed class ExecutiveStatistics(GuestKernel kernel)
{
    private long _posted;

    /// <summary>Exits of all vCPUs.</summary>
    public ExitCounters Exits => kernel.TotalCounters();

    /// <summary>Calls that were answered through mailboxes, without an exit; those of threads that have ended.</summary>
    public long PostedCalls => Interlocked.Read(ref _posted);

    /// <summary>Pages that changed between data and code.</summary>
    public Memory.CodeCounters Code { get; } = new();

    /// <summary>Adds answered calls of a thread that ends.</summary>
    public void AddPosted(long calls) => Interlocked.Add(ref _posted, calls);
}
