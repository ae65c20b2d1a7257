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
public sealed record SeenFacts
{
    private const string Header = "PortableVirt Seen 1";
    private const string Hash = "sha256:";

    /// <summary>System calls of the runs; empty when no run is known, and then no call is unseen.</summary>
    public required IReadOnlySet<string> Calls { get; init; }

    /// <summary>"MODULE 0xOFFSET" of system-call instructions outside the system's DLLs: the address behind them.</summary>
    public required IReadOnlySet<string> Gates { get; init; }

    /// <summary>"MODULE NAME" of the functions that the files import or runs looked up, in lower case the module.</summary>
    public required IReadOnlySet<string> Functions { get; init; }

    /// <summary>File names of the whole system library that the package was made from, in lower case.</summary>
    public required IReadOnlySet<string> SystemNames { get; init; }

    /// <summary>Hash of that library's ntdll.dll, which tells versions apart; lower-case hexadecimal.</summary>
    public required string NtdllHash { get; init; }

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
    /// <exception cref="FormatException">It is damaged; the message has the line's number.</exception>
    public static SeenFacts Read(string text)
    {
        SeenFacts facts = new()
        {
            Calls = new HashSet<string>(StringComparer.Ordinal),
            Gates = new HashSet<string>(StringComparer.Ordinal),
            Functions = new HashSet<string>(StringComparer.Ordinal),
            SystemNames = new HashSet<string>(StringComparer.Ordinal),
            NtdllHash = "",
        };
        int number = 0;
        for (ReadOnlySpan<char> rest = text, line; number == 0 || rest.Length != 0; rest = rest[Math.Min(rest.Length, line.Length + 1)..])
        {
            number++;
            int end = rest.IndexOf('\n');
            line = end < 0 ? rest : rest[..end];
            int space = line.IndexOf(' ');
            if (number == 1 ? !line.SequenceEqual(Header) : line.Length != 0 && (space < 0 || !facts.TryAdd(line[..space], line[(space + 1)..], ref facts)))
            {
                throw new FormatException($"line {number} of the package's facts is damaged; get the package again");
            }
        }
        return facts;
    }

    private bool TryAdd(ReadOnlySpan<char> kind, ReadOnlySpan<char> name, ref SeenFacts facts)
    {
        if (kind.SequenceEqual("ntdll"))
        {
            facts = this with { NtdllHash = name.StartsWith(Hash, StringComparison.Ordinal) ? name[Hash.Length..].ToString() : "" };
            return true;
        }
        IReadOnlySet<string>? names = kind switch
        {
            "call" => Calls,
            "gate" => Gates,
            "function" => Functions,
            "system" => SystemNames,
            _ => null,
        };
        ((HashSet<string>?)names)?.Add(name.ToString());
        return names is not null;
    }

    private IEnumerable<(string Kind, IReadOnlySet<string> Names)> Kinds() => [("call", Calls), ("gate", Gates), ("function", Functions), ("system", SystemNames)];
}
