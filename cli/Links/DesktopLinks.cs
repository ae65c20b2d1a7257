using PortableVirt.Appliance.Icons;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Desktop.Entries;

namespace PortableVirt.Cli.Links;

/// <summary>
/// Links of packages in a user's menus: desktop entry, icons and document types below $XDG_DATA_HOME. All files of a link have one name, made of the
/// package's id, so that it is taken away without a record of it.
/// </summary>
/// <param name="dataHome">$XDG_DATA_HOME.</param>
public sealed class DesktopLinks(string dataHome)
{
    private const string Prefix = "portablevirt-";
    private const int NameDigits = 32;

    private readonly DesktopFolders _folders = new(dataHome);

    /// <summary>The user's.</summary>
    /// <exception cref="HostException">No home folder is known.</exception>
    public static DesktopLinks OfUser() => new(PackagePlaces.DataHome);

    /// <summary>Writes a link, in the place of older ones of the same package. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    /// <param name="program">The program.</param>
    /// <param name="types">Document types: extensions without a dot, or MIME types.</param>
    /// <param name="database">Knows the types of extensions.</param>
    /// <returns>The files that were written.</returns>
    public IReadOnlyList<string> Write(LinkedProgram program, IReadOnlyList<string> types, MimeDatabase database)
    {
        if (program.Package.Contains('=', StringComparison.Ordinal))
        {
            throw new FailedException($"{program.Package} cannot be linked: the Desktop Entry Specification forbids \"=\" in a program's path; move it", 1);
        }
        RemoveFiles(program.Package, program.Id);
        string name = Prefix + program.Id[..NameDigits];
        List<string> written = [];
        try
        {
            foreach (IGrouping<int, IconImage> icons in program.Icons.GroupBy(i => DesktopFolders.IconSizes.LastOrDefault(s => s <= i.Size)).Where(g => g.Key != 0))
            {
                string icon = _folders.Icon(icons.Key, name);
                DesktopFolders.Write(icon, file => file.Write(icons.First().Png.Span));
                written.Add(icon);
            }
            string[] unknown = [.. types.Where(t => !MimeDatabase.IsType(t) && database.Find(t) is null).Distinct()];
            if (unknown.Length != 0)
            {
                DesktopFolders.Write(_folders.MimePackage(name), MimeDatabase.Define(unknown, program.Name));
                written.Add(_folders.MimePackage(name));
            }
            string[] mimeTypes = [.. types.Select(t => MimeDatabase.IsType(t) ? t : database.Find(t) ?? MimeDatabase.OwnType(t)).Distinct()];
            DesktopEntry entry = new(program.Name, program.Comment, program.Package, program.Id, written.Exists(w => w.EndsWith(".png", StringComparison.Ordinal)) ? name : "", program.IsConsole, mimeTypes);
            DesktopFolders.Write(_folders.Entry(name), entry.Write());
            written.Add(_folders.Entry(name));
        }
        catch
        {
            RemoveFiles(program.Package, program.Id);
            written.ForEach(File.Delete);
            throw;
        }
        _folders.Update();
        return written;
    }

    /// <summary>Takes the links of a package away, by its place or its id. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    /// <returns>The files that were removed.</returns>
    public IReadOnlyList<string> Remove(string package, string? id)
    {
        IReadOnlyList<string> removed = RemoveFiles(package, id);
        if (removed.Count != 0)
        {
            _folders.Update();
            _folders.RemoveEmpty();
        }
        return removed;
    }

    private List<string> RemoveFiles(string package, string? id)
    {
        List<string> removed = [];
        foreach (string entry in DesktopFolders.Files(_folders.Applications, Prefix + "*.desktop"))
        {
            if (DesktopEntry.Owner(File.ReadAllText(entry)) is { } owner && (owner.Package == package || owner.Id == id))
            {
                string name = Path.GetFileNameWithoutExtension(entry);
                removed.AddRange(DesktopFolders.IconSizes.Select(s => _folders.Icon(s, name)).Append(_folders.MimePackage(name)).Where(File.Exists));
                removed.Add(entry);
            }
        }
        // The entry, which names the others, goes last.
        removed.ForEach(File.Delete);
        return removed;
    }
}
