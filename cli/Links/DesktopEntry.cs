using System.Text;
using PortableVirt.Cli.Packages;
using PortableVirt.Cli.Runs;
using PortableVirt.Desktop.Entries;

namespace PortableVirt.Cli.Links;

/// <summary>A desktop entry that starts a package.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Comment">A line for people, or empty.</param>
/// <param name="Package">Full path of the package.</param>
/// <param name="Id">Id of the package.</param>
/// <param name="Icon">Name of the icon, or empty.</param>
/// <param name="IsConsole">The program needs a terminal.</param>
/// <param name="MimeTypes">Its document types.</param>
public sealed record DesktopEntry(string Name, string Comment, string Package, string Id, string Icon, bool IsConsole, IReadOnlyList<string> MimeTypes)
{
    private const string IdKey = "X-PortableVirt-Id";
    private const string PackageKey = "X-PortableVirt-Package";

    /// <summary>
    /// The file's text. The package is started itself, so that the link needs no pvctl; documents come as paths, which it grants. TryExec hides the entry
    /// while the package is not there.
    /// </summary>
    public string Write()
    {
        StringBuilder text = new("[Desktop Entry]\nType=Application\nVersion=1.0\n");
        void Line(string key, string value) => text.Append(key).Append('=').Append(DesktopText.Value(value)).Append('\n');
        Line("Name", Name);
        if (Comment.Length != 0 && Comment != Name)
        {
            Line("Comment", Comment);
        }
        Line("TryExec", Package);
        Line("Exec", $"{DesktopText.Argument(Package)} {PackageOptions.Prefix}{RunOptions.Documents[2..]} %F");
        if (Icon.Length != 0)
        {
            Line("Icon", Icon);
        }
        Line("Terminal", IsConsole ? "true" : "false");
        if (MimeTypes.Count != 0)
        {
            Line("MimeType", string.Concat(MimeTypes.Select(t => t + ";")));
        }
        Line(IdKey, Id);
        Line(PackageKey, Package);
        return text.ToString();
    }

    /// <summary>The id and the package of an entry that we wrote; null of another.</summary>
    public static (string Id, string Package)? Owner(string text)
    {
        string? Find(string key) => text.Split('\n').FirstOrDefault(l => l.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];
        return Find(IdKey) is { } id && Find(PackageKey) is { } package ? (id, DesktopText.Unescape(package)) : null;
    }
}
