using System.Globalization;

namespace PortableVirt.Analysis.Needs;

/// <summary>Reads the text that <see cref="NeedListText.Write"/> makes.</summary>
internal sealed class NeedListReader
{
    private readonly List<(string Name, string Value)> _facts = [];
    private readonly List<ModuleNeed> _modules = [];
    private readonly List<FunctionNeed> _functions = [];
    private readonly List<CodeGate> _gates = [];
    private readonly List<string> _missing = [];
    private readonly List<UnknownNeed> _unknown = [];
    private readonly SortedDictionary<string, SortedSet<string>> _runs = new(StringComparer.Ordinal);
    private string _program = "";

    public NeedList Read(string text)
    {
        int number = 0;
        // A line ends at \n only: names may hold what Unicode calls a line end. Editors may add \r.
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            ReadOnlySpan<char> line = text.AsSpan()[range].TrimEnd('\r');
            number++;
            if (number == 1 ? !line.SequenceEqual(NeedListText.Header) : !line.IsEmpty && !TryReadLine(line.ToString()))
            {
                throw new FormatException(number == 1 ? $"line 1: the first line of a list is \"{NeedListText.Header}\"" : $"line {number}: \"{Shorten(line)}\" is no line of a list");
            }
        }
        return new NeedList
        {
            Program = _program,
            Facts = _facts,
            Modules = _modules,
            Functions = _functions,
            Gates = _gates,
            Missing = _missing,
            Unknown = _unknown,
            Runs = [.. _runs.Select(run => new RunRecord(run.Key, [.. run.Value]))],
        };
    }

    private static string Shorten(ReadOnlySpan<char> line) => line.Length <= 60 ? line.ToString() : line[..60].ToString() + "...";

    private bool TryReadLine(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return false;
        }
        string rest = line[(space + 1)..];
        string[] words = rest.Split(' ');
        switch (line[..space])
        {
            case "program":
                _program = rest;
                return true;
            case "fact":
                _facts.Add((words[0], string.Join(' ', words[1..])));
                return true;
            case "module":
                return TryReadModule(words);
            case "function" when words.Length >= 4 && TryParse(words[1], out BindingKind kind):
                _functions.Add(new FunctionNeed(NeedListText.ReadName(words[0]), NeedListText.ReadName(words[2]), string.Join(' ', words[3..]), kind));
                return true;
            case "gate" when words.Length == 4 && TryParse(words[2], out CodeGateKind gate) && words[1].StartsWith("0x", StringComparison.Ordinal)
                && uint.TryParse(words[1].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint rva):
                _gates.Add(new CodeGate(NeedListText.ReadName(words[0]), rva, gate, words[3] == "confirmed"));
                return true;
            case "missing":
                _missing.Add(rest);
                return true;
            case "unknown" when words.Length >= 2:
                _unknown.Add(new UnknownNeed(NeedListText.ReadName(words[0]), string.Join(' ', words[1..])));
                return true;
            case "used" when words.Length >= 2 && RunRecord.IsName(words[0]):
                if (!_runs.TryGetValue(words[0], out SortedSet<string>? facts))
                {
                    _runs.Add(words[0], facts = new SortedSet<string>(StringComparer.Ordinal));
                }
                facts.Add(string.Join(' ', words[1..]));
                return true;
            default:
                return false;
        }
    }

    /// <summary>NAME ORIGIN [delayed] LENGTH sha256:HASH [for NAME].</summary>
    private bool TryReadModule(string[] words)
    {
        bool delayed = words.Length > 2 && words[2] == "delayed";
        int at = delayed ? 3 : 2;
        const string hash = "sha256:";
        if (words.Length < at + 2 || !TryParse(words[1], out ModuleOrigin origin) || !words[at + 1].StartsWith(hash, StringComparison.Ordinal)
            || !long.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
        {
            return false;
        }
        string by = words.Length >= at + 4 && words[at + 2] == "for" ? NeedListText.ReadName(words[at + 3]) : "";
        _modules.Add(new ModuleNeed(NeedListText.ReadName(words[0]), origin, by, delayed, length, words[at + 1][hash.Length..]));
        return true;
    }

    private static bool TryParse<T>(string word, out T value) where T : struct, Enum => Enum.TryParse(word, true, out value) && NeedListText.Word(value) == word;
}
