using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Drive C: a private writable folder of the host, with the system library's files shown in \windows\system32.</summary>
internal sealed class SystemVolume(HostTree tree, SystemFiles systemFiles, long time) : Volume('C', 1, "System", 0x50560043)
{
    private const string SystemFolder = "windows/system32";

    /// <inheritdoc/>
    public override NtStatus Locate(string path, out FileLocation location, out VirtualDirectory? folder)
    {
        folder = null;
        if (path.Length > SystemFolder.Length && path[SystemFolder.Length] == '/'
            && path.StartsWith(SystemFolder, StringComparison.OrdinalIgnoreCase)
            && path.IndexOf('/', SystemFolder.Length + 1) < 0
            && systemFiles.TryFind(path[(SystemFolder.Length + 1)..], out location))
        {
            return NtStatus.Success;
        }
        location = new FileLocation(tree, path, false);
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

    /// <summary>Makes the folders that every Windows has below a host folder; those that exist are left alone.</summary>
    public static void CreateStandardFolders(string root, string userName)
    {
        string user = "users/" + userName;
        foreach (string folder in (string[])
            [
                "windows/system32/drivers/etc", "windows/Temp", "windows/Fonts", "windows/winsxs/manifests", "windows/Globalization",
                "ProgramData", "Program Files/Common Files", "Program Files (x86)", "users/Public/Documents",
                user + "/AppData/Local/Temp", user + "/AppData/Roaming", user + "/AppData/LocalLow", user + "/Desktop", user + "/Documents",
                user + "/Downloads",
            ])
        {
            Directory.CreateDirectory(Path.Combine(root, folder));
        }
        Sockets.NetworkDatabase.Write(Path.Combine(root, "windows/system32/drivers/etc"));
    }
}
