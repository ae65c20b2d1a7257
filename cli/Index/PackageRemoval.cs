using PortableVirt.Cli.Links;
using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Index;

/// <summary>Takes a package away with what it left. The entry goes last, so that a removal that was interrupted can be done again.</summary>
/// <param name="index">The index.</param>
/// <param name="id">Id of the package.</param>
/// <param name="package">Full path of its file.</param>
/// <param name="entry">Its entry, or null.</param>
public sealed class PackageRemoval(PackageIndex index, string id, string package, IndexEntry? entry)
{
    private readonly List<string> _removed = [];
    private readonly List<string> _kept = [];

    /// <summary>Id of the package.</summary>
    public string Id => id;

    /// <summary>Full path of its file.</summary>
    public string Package => package;

    /// <summary>What was removed.</summary>
    public IReadOnlyList<string> Removed => _removed;

    /// <summary>What is still there.</summary>
    public IReadOnlyList<string> Kept => _kept;

    /// <summary>Folder of the program's data, or null where there is none.</summary>
    public string? DataFolder => UserFolders.DataHome is not null && Directory.Exists(UserFolders.State(id)) ? UserFolders.State(id) : null;

    /// <summary>Removes. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    /// <param name="withFile">The file too, when the user made it.</param>
    /// <param name="withData">The program's data too.</param>
    public void Remove(bool withFile, bool withData)
    {
        _removed.AddRange(DesktopLinks.OfUser().Remove(package, id));
        // The same contents in another place use the same folders.
        if (!index.Read().Any(e => e.Id == id && e.Package != package))
        {
            foreach (string folder in UserFolders.Unpacked(id).Where(Directory.Exists))
            {
                Directory.Delete(folder, recursive: true);
                _removed.Add(folder);
            }
            if (DataFolder is { } data)
            {
                Drop(data, withData, () => Directory.Delete(data, recursive: true));
            }
        }
        if (File.Exists(package))
        {
            Drop(package, withFile || entry is { IsOwn: true }, () => File.Delete(package));
        }
        if (entry is not null)
        {
            index.Remove(entry);
        }
        if (UserFolders.DataHome is not null)
        {
            EmptyFolders.Remove([.. UserFolders.Unpacked(id).Select(f => Path.GetDirectoryName(f)!), UserFolders.Packages, Path.Combine(UserFolders.Data, "index"), UserFolders.Data]);
        }
    }

    private void Drop(string path, bool isWanted, Action delete)
    {
        if (isWanted)
        {
            delete();
        }
        (isWanted ? _removed : _kept).Add(path);
    }
}
