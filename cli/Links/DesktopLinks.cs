using System.ComponentModel;
using System.Diagnostics;
using PortableVirt.Appliance.Icons;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;

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

    /// <summary>Sizes that the theme "hicolor" has folders for.</summary>
    private static readonly int[] s_sizes = [16, 22, 24, 32, 36, 48, 64, 72, 96, 128, 192, 256, 512];

    /// <summary>What update-mime-database makes of the packages; with none it stands for nothing.</summary>
    private static readonly string[] s_mimeCaches = ["XMLnamespaces", "aliases", "generic-icons", "globs", "globs2", "icons", "magic", "mime.cache", "subclasses", "treemagic", "types", "version"];

    private string Applications => Path.Combine(dataHome, "applications");

    private string Mime => Path.Combine(dataHome, "mime");

    private string Theme => Path.Combine(dataHome, "icons", "hicolor");

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
            foreach (IGrouping<int, IconImage> icons in program.Icons.GroupBy(i => s_sizes.LastOrDefault(s => s <= i.Size)).Where(g => g.Key != 0))
            {
                WriteFile(Path.Combine(Theme, $"{icons.Key}x{icons.Key}", "apps", name + ".png"), written, file => file.Write(icons.First().Png.Span));
            }
            string[] unknown = [.. types.Where(t => !MimeDatabase.IsType(t) && database.Find(t) is null).Distinct()];
            if (unknown.Length != 0)
            {
                WriteText(Path.Combine(Mime, "packages", name + ".xml"), written, MimeDatabase.Define(unknown, program.Name));
            }
            string[] mimeTypes = [.. types.Select(t => MimeDatabase.IsType(t) ? t : database.Find(t) ?? MimeDatabase.OwnType(t)).Distinct()];
            DesktopEntry entry = new(program.Name, program.Comment, program.Package, program.Id, written.Exists(w => w.EndsWith(".png", StringComparison.Ordinal)) ? name : "", program.IsConsole, mimeTypes);
            WriteText(Path.Combine(Applications, name + ".desktop"), written, entry.Write());
        }
        catch
        {
            RemoveFiles(program.Package, program.Id);
            written.ForEach(File.Delete);
            throw;
        }
        UpdateDatabases();
        return written;
    }

    /// <summary>Takes the links of a package away, by its place or its id. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    /// <returns>The files that were removed.</returns>
    public IReadOnlyList<string> Remove(string package, string? id)
    {
        IReadOnlyList<string> removed = RemoveFiles(package, id);
        if (removed.Count != 0)
        {
            UpdateDatabases();
            RemoveEmptyFolders();
        }
        return removed;
    }

    private List<string> RemoveFiles(string package, string? id)
    {
        List<string> removed = [];
        foreach (string entry in Files(Applications, Prefix + "*.desktop"))
        {
            if (DesktopEntry.Owner(File.ReadAllText(entry)) is { } owner && (owner.Package == package || owner.Id == id))
            {
                string name = Path.GetFileNameWithoutExtension(entry);
                removed.AddRange(s_sizes.Select(s => Path.Combine(Theme, $"{s}x{s}", "apps", name + ".png")).Append(Path.Combine(Mime, "packages", name + ".xml")).Where(File.Exists));
                removed.Add(entry);
            }
        }
        // The entry, which names the others, goes last.
        removed.ForEach(File.Delete);
        return removed;
    }

    private void UpdateDatabases()
    {
        if (Directory.Exists(Applications))
        {
            Run("update-desktop-database", Applications);
        }
        if (Directory.Exists(Path.Combine(Mime, "packages")))
        {
            Run("update-mime-database", Mime);
        }
    }

    /// <summary>What was made for links alone goes with the last of them.</summary>
    private void RemoveEmptyFolders()
    {
        if (!Files(Applications, "*.desktop").Any())
        {
            File.Delete(Path.Combine(Applications, "mimeinfo.cache"));
        }
        if (Directory.Exists(Mime) && !Files(Path.Combine(Mime, "packages"), "*").Any())
        {
            foreach (string cache in s_mimeCaches)
            {
                File.Delete(Path.Combine(Mime, cache));
            }
            // Folders of media types, which held what was made of our types.
            EmptyFolders.Remove(Directory.GetDirectories(Mime));
        }
        EmptyFolders.Remove(s_sizes.Select(s => Path.Combine(Theme, $"{s}x{s}")).SelectMany(f => (string[])[Path.Combine(f, "apps"), f]));
        EmptyFolders.Remove(Theme, Path.Combine(dataHome, "icons"), Mime, Applications);
    }

    private static void WriteText(string path, List<string> written, string text) => WriteFile(path, written, file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void WriteFile(string path, List<string> written, Action<FileStream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Write(path, write);
        written.Add(path);
    }

    private static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern) : [];

    /// <summary>Desktops without these tools read the folders themselves.</summary>
    private static void Run(string tool, string folder)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(tool, [folder]) { RedirectStandardError = true, RedirectStandardOutput = true });
            process?.WaitForExit();
        }
        catch (Win32Exception)
        {
            // Not installed.
        }
    }
}
