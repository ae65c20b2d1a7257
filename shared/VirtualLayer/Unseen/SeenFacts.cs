using System.Text;

namespace PortableVirt.VirtualLayer.Unseen;

/// <summary>
/// What a package's list holds, as far as a run must know it: a text of its own, so that a start need not read the whole list.
/// <code>
/// PortableVirt Seen 1
/// call NtClose
/// gate program.exe 0x1234
/// function kernel32.dll CreateFileW
/// system version.dll
/// ntdll sha256:...
/// </code>
/// </summary>
public sealed class SeenFacts
{
    private const string Header = "PortableVirt Seen 1";
    private const string Hash = "sha256:";

    /// <summary>The text that this was read from. Most starts ask for few of the names in it, or none.</summary>
    private ReadOnlyMemory<byte> _text;

    /// <summary>System calls of the runs; empty when no run is known, and then no call is unseen.</summary>
    public IReadOnlySet<string> Calls { get => field ??= Names("call"u8); init; }

    /// <summary>"MODULE 0xOFFSET" of system-call instructions outside the system's DLLs: the address behind them.</summary>
    public IReadOnlySet<string> Gates { get => field ??= Names("gate"u8); init; }

    /// <summary>"MODULE NAME" of the functions that the files import or runs looked up, in lower case the module.</summary>
    public IReadOnlySet<string> Functions { get => field ??= Names("function"u8); init; }

    /// <summary>File names of the whole system library that the package was made from, in lower case.</summary>
    public IReadOnlySet<string> SystemNames { get => field ??= Names("system"u8); init; }

    /// <summary>Hash of that library's ntdll.dll, which tells versions apart; lower-case hexadecimal.</summary>
    public string NtdllHash { get; init; } = "";

    /// <summary>The text.</summary>
    public string Write()
    {
        StringBuilder text = new(Header + "\n");
        foreach ((string kind, IReadOnlySet<string> names) in Kinds())
        {
            foreach (string name in names.Order(StringComparer.Ordinal))
            {
                text.Append(kind).Append(' ').Append(name).Append('\n');
            }
        }
        return text.Append($"ntdll {Hash}{NtdllHash}\n").ToString();
    }

    /// <summary>Reads the text.</summary>
    /// <param name="text">UTF-8, which must not change afterwards.</param>
    /// <exception cref="FormatException">It is damaged; the message has the line's number.</exception>
    public static SeenFacts Read(ReadOnlyMemory<byte> text)
    {
        string hash = "";
        int number = 0;
        foreach (Range range in text.Span.Split((byte)'\n'))
        {
            number++;
            ReadOnlySpan<byte> line = text.Span[range];
            if (number == 1 ? !Ascii.Equals(line, Header) : !line.IsEmpty && !IsKnown(line, ref hash))
            {
                throw new FormatException($"line {number} of the package's facts is damaged; get the package again");
            }
        }
        return new SeenFacts { _text = text, NtdllHash = hash };
    }

    private static bool IsKnown(ReadOnlySpan<byte> line, ref string hash)
    {
        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> kind = line[..Math.Max(0, space)];
        if (kind.SequenceEqual("ntdll"u8))
        {
            string name = Encoding.UTF8.GetString(line[(space + 1)..]);
            hash = name.StartsWith(Hash, StringComparison.Ordinal) ? name[Hash.Length..] : "";
            return true;
        }
        return kind.SequenceEqual("call"u8) || kind.SequenceEqual("gate"u8) || kind.SequenceEqual("function"u8) || kind.SequenceEqual("system"u8);
    }

    private HashSet<string> Names(ReadOnlySpan<byte> kind)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Range range in _text.Span.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = _text.Span[range];
            if (line.StartsWith(kind) && line.Length > kind.Length && line[kind.Length] == ' ')
            {
                names.Add(Encoding.UTF8.GetString(line[(kind.Length + 1)..]));
            }
        }
        return names;
    }

    private IEnumerable<(string Kind, IReadOnlySet<string> Names)> Kinds() => [("call", Calls), ("gate", Gates), ("function", Functions), ("system", SystemNames)];
}
