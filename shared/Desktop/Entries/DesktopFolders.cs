using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Desktop.Entries;

/// <summary>
/// The folders below a user's $XDG_DATA_HOME that desktops read: desktop entries, document types, icons (Desktop Menu, Shared MIME-info and Icon Theme
/// Specifications).
/// </summary>
/// <param name="dataHome">$XDG_DATA_HOME.</param>
public sealed class DesktopFolders(string dataHome)
{
    private const string Scalable = "scalable";
    private static readonly string[] s_contexts = ["apps", "mimetypes"];

    /// <summary>What update-mime-database makes of the packages; with none it stands for nothing.</summary>
    private static readonly string[] s_mimeCaches = ["XMLnamespaces", "aliases", "generic-icons", "globs", "globs2", "icons", "magic", "mime.cache", "subclasses", "treemagic", "types", "version"];

    /// <summary>Sizes in pixels that the theme "hicolor" has folders for, ascending.</summary>
    public static IReadOnlyList<int> IconSizes { get; } = [16, 22, 24, 32, 36, 48, 64, 72, 96, 128, 192, 256, 512];

    /// <summary>Folder of desktop entries.</summary>
    public string Applications => Path.Combine(dataHome, "applications");

    private string Mime => Path.Combine(dataHome, "mime");

    private string Theme => Path.Combine(dataHome, "icons", "hicolor");

    /// <summary>Place of a desktop entry.</summary>
    public string Entry(string name) => Path.Combine(Applications, name + ".desktop");

    /// <summary>Place of a file that defines document types.</summary>
    public string MimePackage(string name) => Path.Combine(Mime, "packages", name + ".xml");

    /// <summary>Place of a program's icon of one of <see cref="IconSizes"/>.</summary>
    public string Icon(int size, string name) => Path.Combine(Theme, $"{size}x{size}", s_contexts[0], name + ".png");

    /// <summary>Place of a program's drawing (SVG).</summary>
    public string ProgramDrawing(string name) => Path.Combine(Theme, Scalable, s_contexts[0], name + ".svg");

    /// <summary>Place of the drawing (SVG) of a document type.</summary>
    public string TypeDrawing(string mimeType) => Path.Combine(Theme, Scalable, s_contexts[1], mimeType.Replace('/', '-') + ".svg");

    /// <summary>Writes a file as a whole, with its folder. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Write(path, write);
    }

    /// <summary>Writes a text as <see cref="Write(string, Action{FileStream})"/> does.</summary>
    public static void Write(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Files of a folder, which need not exist.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern) : [];

    /// <summary>Makes the desktop's caches follow the files. Desktops without the tools read the folders themselves.</summary>
    public void Update()
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

    /// <summary>Takes away folders and caches that nothing is left for.</summary>
    public void RemoveEmpty()
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
        IEnumerable<string> sizes = [.. IconSizes.Select(s => Path.Combine(Theme, $"{s}x{s}")), Path.Combine(Theme, Scalable)];
        EmptyFolders.Remove(sizes.SelectMany(f => s_contexts.Select(c => Path.Combine(f, c)).Append(f)));
        EmptyFolders.Remove(Theme, Path.Combine(dataHome, "icons"), Mime, Applications);
    }

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
