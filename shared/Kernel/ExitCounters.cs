namespace PortableVirt.Kernel;

/// <summary>How often a virtual processor returned to the host, by reason. Written by the running thread alone; readers see a recent value.</summary>
public sealed class ExitCounters
{
    /// <summary>System calls by any gate.</summary>
    public long Syscalls { get; internal set; }

    /// <summary>Page faults (vector 14).</summary>
    public long PageFaults { get; internal set; }

    /// <summary>All other exceptions and software interrupts.</summary>
    public long Exceptions { get; internal set; }

    /// <summary>Kicks.</summary>
    public long Kicks { get; internal set; }

    /// <summary>Stray port accesses, memory faults and internal errors.</summary>
    public long Others { get; internal set; }

    /// <summary>Returns of KVM_RUN, including those that were not worth an exit (signals, retries).</summary>
    public long Runs { get; internal set; }

    /// <summary>Adds the counts of another virtual processor to this one.</summary>
    public void Add(ExitCounters other)
    {
        Syscalls += other.Syscalls;
        PageFaults += other.PageFaults;
        Exceptions += other.Exceptions;
        Kicks += other.Kicks;
        Others += other.Others;
        Runs += other.Runs;
    }
}
