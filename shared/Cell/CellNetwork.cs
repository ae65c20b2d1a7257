namespace PortableVirt.Cell;

/// <summary>Which sockets the program may have.</summary>
public enum CellNetwork
{
    /// <summary>Of the internet families, but none that can be bound, connected or sent from; under the daemon in a network namespace of its own.</summary>
    None,

    /// <summary>Of the internet families; the executive keeps them to loopback addresses, which a filter of system calls cannot see.</summary>
    Loopback,

    /// <summary>Of the internet families, and the kernel's list of interfaces and routes.</summary>
    Host,
}
