using System.Security;
using System.Text;

namespace PortableVirt.Desktop.Entries;

/// <summary>Document types (Shared MIME-info Specification): finds the type of a file name extension, or defines one.</summary>
/// <param name="dataFolders">Folders with "mime/globs2", the user's first.</param>
public sealed class MimeDatabase(IReadOnlyList<string> dataFolders)
{
    private const int DefaultWeight = 50;

    /// <summary>The database of the user and the computer.</summary>
    /// <param name="dataHome">The user's folder of data.</param>
    public static MimeDatabase OfUser(string dataHome) => new([dataHome, .. ComputerFolders]);

    /// <summary>The database of the computer alone.</summary>
    public static MimeDatabase OfComputer() => new([.. ComputerFolders]);

    private static string[] ComputerFolders
    {
        get
        {
            string? given = Environment.GetEnvironmentVariable("XDG_DATA_DIRS");
            return (given is { Length: > 0 } ? given : "/usr/local/share:/usr/share").Split(':', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>True for an extension without its dot that can stand in a pattern: letters, digits, '_', '+' and '-', with dots inside.</summary>
    public static bool IsExtension(string text) =>
        text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.') && text[0] != '.' && text[^1] != '.';

    /// <summary>True for a MIME type as "text/plain".</summary>
    public static bool IsType(string text) =>
        text.Length <= 127 && text.Split('/') is [{ Length: > 0 } first, { Length: > 0 } second] && (first + second).All(c => char.IsAsciiLetterOrDigit(c) || c is '!' or '#' or '$' or '&' or '^' or '_' or '.' or '+' or '-');

    /// <summary>The type of an extension, or null when none of the databases knows it. Types that we defined do not count.</summary>
    public string? Find(string extension)
    {
        string pattern = "*." + extension.ToLowerInvariant();
        foreach (string file in dataFolders.Select(f => Path.Combine(f, "mime", "globs2")).Where(File.Exists))
        {
            // WEIGHT:TYPE:PATTERN[:FLAGS]
            string? best = File.ReadLines(file).Select(l => l.Split(':'))
                .Where(p => p.Length >= 3 && p[2] == pattern && !p[1].StartsWith(OwnPrefix, StringComparison.Ordinal))
                .OrderByDescending(p => int.TryParse(p[0], out int weight) ? weight : DefaultWeight).Select(p => p[1]).FirstOrDefault();
            if (best is not null)
            {
                return best;
            }
        }
        return null;
    }

    /// <summary>What our own types begin with.</summary>
    private const string OwnPrefix = "application/x-portablevirt-";

    /// <summary>Name of a type of ours.</summary>
    public static string OwnType(string extension) => OwnPrefix + extension.ToLowerInvariant().Replace('+', '-');

    /// <summary>A package file that defines types of ours.</summary>
    /// <param name="extensions">Extensions, each with the program's name for people.</param>
    /// <param name="program">Name of the program.</param>
    public static string Define(IEnumerable<string> extensions, string program)
    {
        StringBuilder text = new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<mime-info xmlns=\"http://www.freedesktop.org/standards/shared-mime-info\">\n");
        string name = SecurityElement.Escape(string.Concat(program.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c < '\ufffe')))!;
        foreach (string extension in extensions)
        {
            text.Append($"  <mime-type type=\"{OwnType(extension)}\">\n    <comment>{name} document (.{extension})</comment>\n    <glob pattern=\"*.{extension}\"/>\n  </mime-type>\n");
        }
        return text.Append("</mime-info>\n").ToString();
    }
}
