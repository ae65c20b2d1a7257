namespace PortableVirt.Emulation.Io;

/// <summary>Which of a process's I/O counters a call counts in (IO_COUNTERS).</summary>
public enum IoOperation
{
    /// <summary>Control codes and the rest.</summary>
    Other,

    /// <summary>Reads.</summary>
    Read,

    /// <summary>Writes.</summary>
    Write,
}
