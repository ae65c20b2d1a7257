using System.Globalization;

namespace PortableVirt.Emulation.Registry;

/// <summary>
/// Reads the registry text format, a UTF-8 text much like a .reg file:
/// <code>
/// PortableVirt Registry 1
/// ; a comment
/// [\Registry\Machine\Software\Example]     a key, made with all keys above it; HKLM, HKU are short for \Registry\Machine, \Registry\User
/// ["\\Registry\\Machine\\odd\nname"]         the same with the escapes of quoted texts
/// !time=01dc5b6c00000000                   last-write time (FILETIME, hexadecimal); !class="x", !link, !security=hex:...
/// @="text"                                 default value, REG_SZ
/// "name"=expand:"%SystemRoot%\\x"          REG_EXPAND_SZ; link:"\\Registry\\..." is REG_LINK
/// "list"=multi:"a","b"                     REG_MULTI_SZ
/// "n"=dword:0000001f                       REG_DWORD; qword: REG_QWORD
/// "b"=hex:01,02                            REG_BINARY; hex(8):... any type by number (hexadecimal), the exact bytes
/// "old"=-                                  removes the value; [-\Registry\...] removes a key with all below it
/// </code>
/// Inside quotes: \\ \" \n \r \t \0 and \uXXXX (a UTF-16 unit). Texts get their terminators. Lines end with LF or CR LF.
/// </summary>
public sealed class RegistryTextReader
{
    /// <summary>First line of every text.</summary>
    public const string Header = "PortableVirt Registry 1";

    private readonly RegistryTree _tree;
    private readonly IReadOnlyDictionary<string, string>? _variables;
    private readonly List<(int End, KeyNode Node)> _trail = [];
    private string _trailPath = "";
    private KeyNode? _key;
    private bool _skipped;

    private RegistryTextReader(RegistryTree tree, IReadOnlyDictionary<string, string>? variables)
    {
        _tree = tree;
        _variables = variables;
    }

    /// <summary>Merges a text into the tree. On an error, what stood before the bad line has been merged. Takes the tree's lock.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="text">The text.</param>
    /// <param name="variables">Values for $(Name) in quoted texts, or null when $ means itself.</param>
    public static RegistryTextError? Read(RegistryTree tree, string text, IReadOnlyDictionary<string, string>? variables = null)
    {
        lock (tree.Lock)
        {
            return new RegistryTextReader(tree, variables).ReadAll(text);
        }
    }

    private RegistryTextError? ReadAll(ReadOnlySpan<char> text)
    {
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim();
            string? message;
            if (number == 1)
            {
                message = line.TrimStart('\uFEFF').SequenceEqual(Header) ? null : $"the first line must be \"{Header}\"";
            }
            else if (line.IsEmpty || line[0] == ';')
            {
                continue;
            }
            else
            {
                message = line[0] == '[' ? ReadKey(line) : ReadEntry(line);
            }
            if (message is not null)
            {
                return new RegistryTextError(number, message);
            }
        }
        return number == 0 ? new RegistryTextError(1, "the text is empty") : null;
    }

    private string? ReadKey(ReadOnlySpan<char> line)
    {
        if (line[^1] != ']' || line.Length < 4)
        {
            return "a key line must end with ]";
        }
        ReadOnlySpan<char> path = line[1..^1];
        bool remove = path[0] == '-';
        if (remove)
        {
            path = path[1..];
        }
        string? full;
        if (path.StartsWith('"'))
        {
            full = RegistryTextData.TryReadQuoted(ref path, _variables, out string quoted) && path.IsEmpty ? Expand(quoted) : null;
        }
        else
        {
            full = Expand(path);
        }
        if (full is null)
        {
            return @"a key must start with \Registry, HKLM or HKU";
        }
        int depth = 0;
        foreach (Range range in full.AsSpan().Split('\\'))
        {
            if (full.AsSpan()[range].Length > KeyNode.MaximumNameLength || ++depth > KeyNode.MaximumDepth)
            {
                return "the key's name or path is too long";
            }
        }
        _key = null;
        _skipped = remove;
        if (remove)
        {
            _trail.Clear();
            _trailPath = "";
            if (_tree.Open(_tree.Root, full, KeyLookup.OpenLink, out KeyNode? found).IsSuccess)
            {
                found!.RemoveContents();
                if (found.Depth >= 2)
                {
                    found.Remove();
                }
            }
            return null;
        }
        _key = Follow(full);
        return null;
    }

    private KeyNode Follow(string path)
    {
        int common = 0;
        while (common < _trail.Count && _trail[common].End <= path.Length
            && (_trail[common].End == path.Length || path[_trail[common].End] == '\\')
            && path.AsSpan(0, _trail[common].End).SequenceEqual(_trailPath.AsSpan(0, _trail[common].End)))
        {
            common++;
        }
        _trail.RemoveRange(common, _trail.Count - common);
        _trailPath = path;
        KeyNode node = common == 0 ? _tree.Root : _trail[^1].Node;
        int start = common == 0 ? 0 : _trail[^1].End + 1;
        while (start < path.Length)
        {
            int end = path.IndexOf('\\', start);
            end = end < 0 ? path.Length : end;
            if (end > start)
            {
                node = _tree.Ensure(node, path.AsSpan(start, end - start));
                _trail.Add((end, node));
            }
            start = end + 1;
        }
        return node;
    }

    private static string? Expand(ReadOnlySpan<char> path)
    {
        string text = new(path);
        if (RegistryTree.TryStripRoot(text, out string? rest))
        {
            return rest;
        }
        int cut = text.IndexOf('\\');
        string root = cut < 0 ? text : text[..cut];
        string below = cut < 0 ? "" : text[cut..];
        return root switch
        {
            "HKLM" or "HKEY_LOCAL_MACHINE" => "MACHINE" + below,
            "HKU" or "HKEY_USERS" => "USER" + below,
            _ => null,
        };
    }

    private string? ReadEntry(ReadOnlySpan<char> line)
    {
        if (_key is null)
        {
            return _skipped ? "a removed key has no values" : "a value needs a key line before it";
        }
        if (line[0] == '!')
        {
            return ReadAttribute(line[1..]);
        }
        string name = "";
        if (line[0] == '@')
        {
            line = line[1..];
        }
        else if (!RegistryTextData.TryReadQuoted(ref line, _variables, out name))
        {
            return "a value line must start with @ or a name in quotes";
        }
        line = line.TrimStart();
        if (line.IsEmpty || line[0] != '=')
        {
            return "= is missing after the value's name";
        }
        if (name.Length > KeyValue.MaximumNameLength)
        {
            return "the value's name is too long";
        }
        line = line[1..].TrimStart();
        if (line is "-")
        {
            _key.RemoveValue(name);
            return null;
        }
        if (!RegistryTextData.TryRead(line, _variables, out RegistryValueType type, out byte[] data))
        {
            return "the value's data is not a quoted text, dword:, qword:, expand:, multi:, link: or hex:";
        }
        _key.SetValue(name, type, data);
        return null;
    }

    private string? ReadAttribute(ReadOnlySpan<char> line)
    {
        int cut = line.IndexOf('=');
        ReadOnlySpan<char> name = cut < 0 ? line : line[..cut];
        ReadOnlySpan<char> value = cut < 0 ? [] : line[(cut + 1)..];
        switch (name)
        {
            case "link":
                _key!.IsLink = true;
                return null;
            case "time" when long.TryParse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long time):
                _key!.LastWriteTime = time;
                return null;
            case "class" when RegistryTextData.TryReadQuoted(ref value, _variables, out string text):
                _key!.Class = text;
                return null;
            case "security" when RegistryTextData.TryRead(value, null, out _, out byte[] descriptor):
                _key!.SecurityDescriptor = descriptor;
                return null;
            default:
                return "unknown attribute, or its value is malformed: expected !link, !time=, !class= or !security=";
        }
    }
}
