using PortableVirt.Emulation.Loader;

namespace PortableVirt.Cli.Packages;

/// <summary>What a package is made of.</summary>
public sealed record PackageRequest
{
    /// <summary>Full path of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Full path of the package to write.</summary>
    public required string Output { get; init; }

    /// <summary>Folder of the Windows DLLs.</summary>
    public string SystemFolder { get; init; } = SystemLibrary.DebianFolder;

    /// <summary>A list of pvctl analyse, or null.</summary>
    public string? ListFile { get; init; }

    /// <summary>The system's DLLs that the program spells out go in too, where it loads DLLs by name and no run tells which.</summary>
    public bool WithSpelled { get; init; }

    /// <summary>Patterns of more files beside the program.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
