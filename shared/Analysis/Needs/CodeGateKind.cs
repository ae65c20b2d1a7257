namespace PortableVirt.Analysis.Needs;

/// <summary>An instruction that enters the foreign kernel.</summary>
public enum CodeGateKind
{
    /// <summary>syscall (0F 05).</summary>
    Syscall,

    /// <summary>int 2Eh (CD 2E), the gate of old systems.</summary>
    Int2E,

    /// <summary>sysenter (0F 34).</summary>
    Sysenter,
}
