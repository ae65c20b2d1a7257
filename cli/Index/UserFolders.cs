using PortableVirt.Cli.Hosts;

namespace PortableVirt.Cli.Index;

/// <summary>Folders of the user (XDG Base Directory Specification).</summary>
public static class UserFolders
{
    /// <summary>Mode of folders that we make: the user's alone.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const string Own = "portablevirt";

    /// <summary>$XDG_DATA_HOME, or ~/.local/share; null where neither is known. The specification says to ignore relative paths.</summary>
    public static string? DataHome { get; } = Folder("XDG_DATA_HOME", ".local/share");

    /// <summary>$XDG_CACHE_HOME, or ~/.cache; null where neither is known.</summary>
    public static string? CacheHome { get; } = Folder("XDG_CACHE_HOME", ".cache");

    /// <summary>Our folder of data, which need not exist.</summary>
    /// <exception cref="HostException">No home folder is known.</exception>
    public static string Data => Path.Combine(
        DataHome ?? throw new HostException("no home folder is known: set HOME, or XDG_DATA_HOME to a folder that you may write to"), Own);

    /// <summary>Folder of the packages that pvctl open makes.</summary>
    public static string Packages => Path.Combine(Data, "packages");

    /// <summary>Folder of the state that a package of an id keeps between runs; it need not exist.</summary>
    public static string State(string id) => Path.Combine(Data, id);

    /// <summary>Where a package of an id was unpacked.</summary>
    public static IEnumerable<string> Unpacked(string id)
    {
        foreach (string? parent in (string?[])[CacheHome, Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")])
        {
            if (parent is { Length: > 0 } && Path.IsPathRooted(parent))
            {
                yield return Path.Combine(parent, Own, "packages", id);
            }
        }
    }

    private static string? Folder(string variable, string belowHome)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given && Path.IsPathRooted(given))
        {
            return given;
        }
        return Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Path.IsPathRooted(home) ? Path.Combine(home, belowHome) : null;
    }
}
