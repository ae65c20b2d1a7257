using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Tests.Pe;

/// <summary>Real PE files for tests: the libwine package's x64 DLLs.</summary>
internal static class SystemLibraries
{
    /// <summary>Where Debian's libwine package has its PE files.</summary>
    public const string Folder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

    /// <summary>All PE files of the package.</summary>
    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal);

    /// <summary>Opens one of them.</summary>
    public static PeImage Open(string name) => OpenPath(Path.Combine(Folder, name));

    /// <summary>Opens any PE file; it must be a good one.</summary>
    public static PeImage OpenPath(string path)
    {
        Assert.True(PeImage.TryParse(File.ReadAllBytes(path), out PeImage? image, out PeError? error), error?.Describe(path));
        return image;
    }
}
