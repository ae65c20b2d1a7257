using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Cli.Doctor;

/// <summary>The user's folders: room, and the right to write.</summary>
internal static class FolderCheck
{
    private const long Little = 1L << 30;

    /// <summary>A small program's package.</summary>
    private const long TooLittle = 64L << 20;

    /// <summary>Looks at them.</summary>
    public static IEnumerable<Finding> Run() =>
    [
        Look("data folder", UserFolders.Data, "XDG_DATA_HOME"),
        Look("cache folder", UserFolders.Cache, "XDG_CACHE_HOME"),
        Look("temporary folder", Path.TrimEndingDirectorySeparator(Path.GetTempPath()), "TMPDIR"),
    ];

    /// <summary>Looks at one folder, which need not exist yet.</summary>
    /// <param name="name">Name of the finding.</param>
    /// <param name="folder">The folder; null where the user has none.</param>
    /// <param name="variable">The variable that names another.</param>
    public static Finding Look(string name, string? folder, string variable)
    {
        if (folder is null)
        {
            return new Finding(name, FindingLevel.Warning, "none is known: packages cannot be kept", $"set HOME, or {variable} to a folder that you may write to");
        }
        string existing = folder;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }
        long room;
        try
        {
            room = new DriveInfo(existing).AvailableFreeSpace;
            // What decides is what the kernel says to a new file.
            string probe = Path.Combine(existing, $".portablevirt-doctor-{Guid.NewGuid():N}");
            using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding(name, FindingLevel.Warning, $"{folder} cannot be written: {e.Message}", $"set {variable} to a folder that you may write to");
        }
        string text = $"{folder}, {Size.Of(room)} free";
        return room < TooLittle ? new Finding(name, FindingLevel.Problem, text, $"make room, or set {variable} to a folder with more")
            : room < Little ? new Finding(name, FindingLevel.Warning, text, "a package takes 20 MiB and more: make room") : new Finding(name, FindingLevel.Ok, text);
    }
}
