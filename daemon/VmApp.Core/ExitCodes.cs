namespace PortableVirt.VmApp.Core;

/// <summary>Exit codes of our own failures, as env(1) and container tools use them.</summary>
public static class ExitCodes
{
    /// <summary>PortableVirt itself failed: no KVM, no right to it, no libwine, daemon gone, wrong usage.</summary>
    public const int Failed = 125;

    /// <summary>The file cannot be run: not a PE, truncated, 32-bit, ARM64, a DLL, unreadable.</summary>
    public const int CannotRun = 126;

    /// <summary>The program, or a DLL that it needs, was not found.</summary>
    public const int NotFound = 127;
}
