namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>What lies in the folder that keeps the changes of a packed program.</summary>
public static class DataLayout
{
    /// <summary>Folder with new and changed files of drive C:.</summary>
    public const string Drive = "drive_c";

    /// <summary>File with the paths that were deleted or renamed, one a line (<see cref="DeletedNames"/>).</summary>
    public const string Deleted = "deleted";

    /// <summary>File with the user's registry keys.</summary>
    public const string Registry = "user.reg";

    /// <summary>File that a run which keeps its changes there holds locked (flock(2)).</summary>
    public const string Lock = "lock";

    /// <summary>Copies what one run has kept. Throws <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>.</summary>
    public static void Copy(string source, string target)
    {
        if (Directory.Exists(Path.Combine(source, Drive)))
        {
            CopyFolder(Path.Combine(source, Drive), Path.Combine(target, Drive));
        }
        foreach (string name in (string[])[Deleted, Registry])
        {
            if (File.Exists(Path.Combine(source, name)))
            {
                File.Copy(Path.Combine(source, name), Path.Combine(target, name));
            }
        }
    }

    /// <summary>The deleted paths of a folder.</summary>
    public static IEnumerable<string> ReadDeleted(string folder) => DeletedNames.Read(Path.Combine(folder, Deleted));

    private static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (FileSystemInfo entry in new DirectoryInfo(source).EnumerateFileSystemInfos())
        {
            string path = Path.Combine(target, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(path, link);
            }
            else if (entry is DirectoryInfo)
            {
                CopyFolder(entry.FullName, path);
            }
            else
            {
                File.Copy(entry.FullName, path);
            }
        }
    }
}
