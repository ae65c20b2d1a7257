namespace PortableVirt.Emulation.Syscalls;

/// <summary>How far a system call is supported; shown in docs/compatibility.md.</summary>
public enum Support
{
    /// <summary>Everything that programs can observe is there.</summary>
    Full,

    /// <summary>Works; the note says what is missing.</summary>
    Partial,

    /// <summary>Always answers with the status that a system without the feature gives; the note says which feature.</summary>
    Refused,
}
