namespace PortableVirt.Cell;

/// <summary>Which sockets the program may have.</summary>
public enum CellNetwork
{
    /// <summary>None.</summary>
    None,

    /// <summary>Of the internet families; the executive keeps them to loopback addresses, which a filter of system calls cannot see.</summary>
    Loopback,

    /// <summary>Of the internet families, and the kernel's list of interfaces and routes.</summary>
    Host,
}
