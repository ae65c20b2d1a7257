namespace PortableVirt.Cell;

/// <summary>What sets the lists of system calls of two runs apart.</summary>
/// <param name="IsUnderDaemon">The process is portablevirtd's VM-app: it takes connections of the daemon, and is no job of a shell.</param>
/// <param name="Network">Which sockets the program may have.</param>
/// <param name="MakesCode">The .NET runtime compiles in this process (it is not a native program): pages may become executable.</param>
public readonly record struct CellProfile(bool IsUnderDaemon, CellNetwork Network, bool MakesCode);
