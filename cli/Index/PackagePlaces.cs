using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Packages;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Cli.Index;

/// <summary>Where a user's packages, their index and what they leave are.</summary>
public static class PackagePlaces
{
    /// <summary>Our folder of data, which need not exist.</summary>
    /// <exception cref="HostException">The user has no home folder.</exception>
    public static string Data => UserFolders.Data ?? throw new HostException("no home folder is known: set HOME, or XDG_DATA_HOME to a folder that you may write to");

    /// <summary>$XDG_DATA_HOME.</summary>
    /// <exception cref="HostException">The user has no home folder.</exception>
    public static string DataHome => Path.GetDirectoryName(Data)!;

    /// <summary>Folder of the packages that pvctl open makes.</summary>
    public static string Packages => Path.Combine(Data, "packages");

    /// <summary>Folder of the index.</summary>
    public static string Index => Path.Combine(Data, "index");

    /// <summary>Folder of what a program keeps between runs (<see cref="PackageData"/>); it need not exist.</summary>
    public static string State(string program, string programHash) => Path.Combine(Data, PackageData.NameOf(program, programHash));

    /// <summary>What can be made again of a package: what was unpacked of it, that it was found whole, what its runs lacked. Need not exist.</summary>
    public static IEnumerable<string> Cached(string id)
    {
        foreach (string? parent in (string?[])[UserFolders.Cache, Runtime])
        {
            if (parent is not null)
            {
                yield return Path.Combine(parent, "packages", id);
                yield return Path.Combine(parent, "checked", id);
            }
        }
        if (UserFolders.Data is { } data)
        {
            yield return Path.Combine(data, id);
        }
    }

    private static string? Runtime =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } given && Path.IsPathRooted(given) ? Path.Combine(given, "portablevirt") : null;
}
