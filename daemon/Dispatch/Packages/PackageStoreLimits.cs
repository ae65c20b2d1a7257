namespace PortableVirt.Dispatch.Packages;

/// <summary>Numbers of the store of packages.</summary>
internal static class PackageStoreLimits
{
    /// <summary>Longest file in bytes; no package is longer (32-bit offsets of ZIP).</summary>
    public const long LargestFile = uint.MaxValue;

    /// <summary>Packages of one user.</summary>
    public const int MaxPackagesPerUser = 256;

    /// <summary>Bytes of one user's packages; root has no limit.</summary>
    public const long MaxBytesPerUser = 16L << 30;

    /// <summary>Registrations at a time.</summary>
    public const int MaxAtATime = 2;
}
