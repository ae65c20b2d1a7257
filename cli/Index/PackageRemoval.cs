using PortableVirt.Cli.Links;
using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Cli.Index;

/// <summary>Takes a package away with what it left. The entry goes last, so that a removal that was interrupted can be done again.</summary>
/// <param name="index">The index.</param>
/// <param name="package">What the index, or the package itself, tells.</param>
/// <param name="isIndexed">It is in the index.</param>
public sealed class PackageRemoval(PackageIndex index, IndexEntry package, bool isIndexed)
{
    private readonly List<string> _removed = [];
    private readonly List<string> _kept = [];

    /// <summary>The package.</summary>
    public IndexEntry Package => package;

    /// <summary>What was removed.</summary>
    public IReadOnlyList<string> Removed => _removed;

    /// <summary>What is still there.</summary>
    public IReadOnlyList<string> Kept => _kept;

    /// <summary>Folder of the program's data; null where there is none, or where other packages of the program use it.</summary>
    public string? DataFolder =>
        PackagePlaces.State(package.Program, package.ProgramHash) is var folder && Directory.Exists(folder) && !Others().Any(e => e.ProgramHash == package.ProgramHash) ? folder : null;

    /// <summary>Removes. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    /// <param name="withFile">The file too, when the user made it.</param>
    /// <param name="withData">The program's data too.</param>
    public void Remove(bool withFile, bool withData)
    {
        _removed.AddRange(DesktopLinks.OfUser().Remove(package.Package, package.Id));
        // The same contents in another place use the same folders.
        if (!Others().Any(e => e.Id == package.Id))
        {
            foreach (string cached in PackagePlaces.Cached(package.Id).Where(Path.Exists))
            {
                Drop(cached, true);
            }
        }
        if (DataFolder is { } data)
        {
            Drop(data, withData);
        }
        if (File.Exists(package.Package))
        {
            Drop(package.Package, withFile || package.IsOwn);
        }
        if (package.IsOwn)
        {
            WholeFile.Sweep(package.Package);
            MakingLock.Forget(package.Package);
        }
        if (isIndexed)
        {
            index.Remove(package);
        }
        EmptyFolders.Remove([.. PackagePlaces.Cached(package.Id).Select(f => Path.GetDirectoryName(f)!), PackagePlaces.Packages, PackagePlaces.Index, PackagePlaces.Data]);
    }

    private IEnumerable<IndexEntry> Others() => index.Read().Where(e => e.Package != package.Package);

    private void Drop(string path, bool isWanted)
    {
        if (isWanted && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else if (isWanted)
        {
            File.Delete(path);
        }
        (isWanted ? _removed : _kept).Add(path);
    }
}
