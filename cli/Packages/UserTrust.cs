using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Trust;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Cli.Packages;

/// <summary>The trust store as this user sees it: the system's, and the user's own.</summary>
internal static class UserTrust
{
    /// <summary>The user's own folder; null where the user has no home folder.</summary>
    public static string? Folder => UserFolders.Configuration is { } configuration ? Path.Combine(configuration, "trust") : null;

    /// <summary>Reads both.</summary>
    /// <exception cref="PackageException">A file of them is wrong; the message names file and line.</exception>
    public static TrustStore Load() => TrustStore.Load(Folder);
}
