namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>All self-checks.</summary>
public static class SelfChecks
{
    /// <summary>In the order in which they run.</summary>
    public static IReadOnlyList<Check> All { get; } = [.. StartChecks.All, .. SyscallChecks.All, .. ExceptionChecks.All, .. CpuChecks.All, .. MemoryChecks.All, .. FileChecks.All, .. RevokeChecks.All, .. FuzzChecks.All];
}
