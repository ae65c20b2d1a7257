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

    /// <summary>A package of the same program whose list and recordings are taken in, or null.</summary>
    public string? LearnFrom { get; init; }

    /// <summary>A file with a policy, or null for that of <see cref="LearnFrom"/> or the default.</summary>
    public string? PolicyFile { get; init; }

    /// <summary>Scenarios of the list that count; all when there is none.</summary>
    public IReadOnlyList<string> Scenarios { get; init; } = [];

    /// <summary>True to leave out the pages of images that no run touched.</summary>
    public bool TouchedPagesOnly { get; init; }

    /// <summary>True: the package gets a launch image, where its program allows one and no pages are left out, which images do not watch.</summary>
    public bool HasLaunchImage { get; init; } = true;

    /// <summary>True: it gets a second one, taken behind the first initialiser, where that comes out alike whatever the start.</summary>
    public bool HasDeepLaunchImage { get; init; }

    /// <summary>Patterns of more files, relative to <see cref="Root"/>.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Folder of the program or above it that the program sees as its own tree; null for the program's.</summary>
    public string? Root { get; init; }

    /// <summary>Private key to sign with, or null.</summary>
    public string? KeyFile { get; init; }
}
