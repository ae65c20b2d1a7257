using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Drive C: a private writable folder of the host, with the system library's files shown in \windows\system32.</summary>
internal sealed class SystemVolume(HostTree tree, SystemFiles systemFiles, long time) : Volume('C', 1, "System", 0x50560043)
{
    /// <summary>Path of the system's DLLs.</summary>
    public const string SystemFolder = "windows/system32";

    /// <inheritdoc/>
    public override NtStatus Locate(string path, out FileLocation location, out VirtualDirectory? folder)
    {
        folder = null;
        if (!TryFind(systemFiles, path, out location))
        {
            location = new FileLocation(tree, path, false);
        }
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Path, FileLocation Location)> Roots()
    {
        yield return ("", new FileLocation(tree, "", false));
        foreach ((string name, FileLocation? location) in systemFiles.List())
        {
            yield return ($"{SystemFolder}/{name}", location!.Value);
        }
    }

    /// <inheritdoc/>
    public override VirtualDirectory? AddedEntries(string path) =>
        path.Equals(SystemFolder, StringComparison.OrdinalIgnoreCase)
            ? new VirtualDirectory { Entries = systemFiles.List(), Metadata = VirtualDirectory.MetadataFor(path, time) }
            : null;

    /// <summary>Finds a path of \windows\system32 among the system's files.</summary>
    public static bool TryFind(SystemFiles files, string path, out FileLocation location)
    {
        location = default;
        return path.Length > SystemFolder.Length && path[SystemFolder.Length] == '/'
            && path.StartsWith(SystemFolder, StringComparison.OrdinalIgnoreCase)
            && path.IndexOf('/', SystemFolder.Length + 1) < 0
            && files.TryFind(path[(SystemFolder.Length + 1)..], out location);
    }

    /// <summary>The folders that every Windows has.</summary>
    public static IReadOnlyList<string> StandardFolders(string userName)
    {
        string user = "users/" + userName;
        return
        [
            "windows/system32/drivers/etc", "windows/Temp", "windows/Fonts", "windows/winsxs/manifests", "windows/Globalization",
            "ProgramData", "Program Files/Common Files", "Program Files (x86)", "users/Public/Documents",
            user + "/AppData/Local/Temp", user + "/AppData/Roaming", user + "/AppData/LocalLow", user + "/Desktop", user + "/Documents",
            user + "/Downloads",
        ];
    }

    /// <summary>Makes the folders that every Windows has below a host folder; those that exist are left alone.</summary>
    public static void CreateStandardFolders(string root, string userName)
    {
        foreach (string folder in StandardFolders(userName))
        {
            Directory.CreateDirectory(Path.Combine(root, folder));
        }
        Sockets.NetworkDatabase.Write(Path.Combine(root, "windows/system32/drivers/etc"));
    }
}
