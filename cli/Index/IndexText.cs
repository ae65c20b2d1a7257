using System.Globalization;
using System.Text;

namespace PortableVirt.Cli.Index;

/// <summary>Entries of the index as text: a header, then a name and a value a line; '%' and control characters in values are %XX.</summary>
public static class IndexText
{
    private const string Header = "PortableVirt Index ";
    private const string Version = "1";

    /// <summary>Writes an entry.</summary>
    public static string Write(IndexEntry entry)
    {
        StringBuilder text = new(Header + Version + "\n");
        foreach ((string name, string value) in (IEnumerable<(string, string)>)
        [
            ("id", entry.Id),
            ("package", entry.Package),
            ("program", entry.Program),
            ("origin", entry.Origin),
            ("stamp", entry.OriginStamp),
            ("hash", entry.ProgramHash),
            ("version", entry.Version),
            ("system", entry.SystemMark),
            ("made", entry.Made.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            ("by", entry.IsOwn ? "open" : "pack"),
            .. entry.Features.Select(f => ("feature", f)),
        ])
        {
            text.Append(name).Append(' ').Append(Escape(value)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Reads an entry; null when it is damaged or of another version.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isNewer">True for an entry of another version, which is left alone.</param>
    public static IndexEntry? Read(string text, out bool isNewer)
    {
        string[] lines = text.Split('\n');
        isNewer = lines[0].StartsWith(Header, StringComparison.Ordinal) && lines[0] != Header + Version;
        if (lines[0] != Header + Version || lines[^1].Length != 0)
        {
            return null;
        }
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        List<string> features = [];
        foreach (string line in lines.AsSpan(1, lines.Length - 2))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || Unescape(line[(space + 1)..]) is not { } value)
            {
                return null;
            }
            if (line[..space] == "feature")
            {
                features.Add(value);
            }
            else if (!values.TryAdd(line[..space], value))
            {
                return null;
            }
        }
        return Make(values, features);
    }

    private static IndexEntry? Make(Dictionary<string, string> values, List<string> features)
    {
        string Get(string name) => values.GetValueOrDefault(name, "");
        bool isValid = IsHash(Get("id")) && IsHash(Get("hash")) && Path.IsPathRooted(Get("package"))
            && DateTimeOffset.TryParse(Get("made"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
        return !isValid ? null : new IndexEntry
        {
            Id = Get("id"),
            Package = Get("package"),
            Program = Get("program"),
            Origin = Get("origin"),
            OriginStamp = Get("stamp"),
            ProgramHash = Get("hash"),
            Version = Get("version"),
            SystemMark = Get("system"),
            Features = features,
            IsOwn = Get("by") == "open",
            Made = DateTimeOffset.Parse(Get("made"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        };
    }

    private static bool IsHash(string text) => text.Length == 64 && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;

    private static string Escape(string value)
    {
        StringBuilder text = new(value.Length);
        foreach (char c in value)
        {
            _ = c is '%' || c < ' ' || c == '\x7f' ? text.Append(CultureInfo.InvariantCulture, $"%{(int)c:x2}") : text.Append(c);
        }
        return text.ToString();
    }

    private static string? Unescape(string value)
    {
        StringBuilder text = new(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                text.Append(value[i]);
                continue;
            }
            if (i + 2 >= value.Length || !byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code))
            {
                return null;
            }
            text.Append((char)code);
            i += 2;
        }
        return text.ToString();
    }
}
