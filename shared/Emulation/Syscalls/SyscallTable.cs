namespace PortableVirt.Emulation.Syscalls;

/// <summary>All system calls that are declared with <see cref="NtSyscallAttribute"/>; the generator writes the rows.</summary>
public static partial class SyscallTable
{
    /// <summary>The declared calls, sorted by name (ordinal).</summary>
    public static partial IReadOnlyList<SyscallEntry> Entries { get; }
}
