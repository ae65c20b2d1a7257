namespace PortableVirt.Desktop.Files;

/// <summary>The user's own folders (XDG Base Directory Specification 0.8). Null where the user has none: no home folder, as in a container.</summary>
public static class UserFolders
{
    /// <summary>Mode of folders that we make: the user's alone.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const string Name = "portablevirt";

    /// <summary>What programs keep: $XDG_DATA_HOME/portablevirt.</summary>
    public static string? Data => Find("XDG_DATA_HOME", ".local/share");

    /// <summary>What can be made again: $XDG_CACHE_HOME/portablevirt.</summary>
    public static string? Cache => Find("XDG_CACHE_HOME", ".cache");

    /// <summary>What the user decided: $XDG_CONFIG_HOME/portablevirt.</summary>
    public static string? Configuration => Find("XDG_CONFIG_HOME", ".config");

    private static string? Find(string variable, string below)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given && Path.IsPathRooted(given))
        {
            return Path.Combine(given, Name);
        }
        return Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Path.IsPathRooted(home) ? Path.Combine(home, below, Name) : null;
    }
}
