using PortableVirt.Appliance.Format;

namespace PortableVirt.Cli.Packages;

/// <summary>A package that was made.</summary>
/// <param name="Manifest">What it holds.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="ProgramHash">SHA-256 of the program, lower-case hexadecimal.</param>
/// <param name="IsRunKnown">False where only the program's files are known and it loads DLLs by name, which are then not in the package.</param>
public sealed record MadePackage(PackageManifest Manifest, long Length, string ProgramHash, bool IsRunKnown)
{
    /// <summary>Why the package has no launch image, in words for the user; null when it has one, or none was asked for.</summary>
    public string? NoLaunchImage { get; init; }

    /// <summary>Why it has no deep one, likewise.</summary>
    public string? NoDeepLaunchImage { get; init; }
}
