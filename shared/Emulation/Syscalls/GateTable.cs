namespace PortableVirt.Emulation.Syscalls;

/// <summary>All exports that are declared with <see cref="GateExportAttribute"/>; the generator writes the rows.</summary>
public static partial class GateTable
{
    /// <summary>The gates, sorted by module and name; the index is the number in system-call table 2.</summary>
    public static partial IReadOnlyList<GateEntry> Entries { get; }
}
