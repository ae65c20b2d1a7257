using System.Globalization;
using System.Text;

namespace PortableVirt.Analysis.Needs;

/// <summary>
/// The list as text: one fact a line, in a fixed order, so that two lists can be compared with diff(1). Words are separated by one space; the last part of
/// a line may hold spaces. In the names of files before it a space is %20 and a percent sign %25; control characters, which a hostile file's names may
/// hold, are question marks.
/// </summary>
public static class NeedListText
{
    /// <summary>The first line.</summary>
    public const string Header = "PortableVirt List 1";

    /// <summary>Writes a list.</summary>
    public static string Write(NeedList list)
    {
        StringBuilder text = new();
        Line(text, Header);
        Line(text, $"program {list.Program}");
        foreach ((string name, string value) in list.Facts)
        {
            Line(text, $"fact {name} {value}");
        }
        foreach (ModuleNeed module in list.Modules)
        {
            string by = module.NeededBy.Length == 0 ? "" : $" for {Name(module.NeededBy)}";
            Line(text, $"module {Name(module.Name)} {Word(module.Origin)}{(module.IsDelayed ? " delayed" : "")} {module.Length} sha256:{module.Sha256}{by}");
        }
        foreach (FunctionNeed function in list.Functions)
        {
            Line(text, $"function {Name(function.Importer)} {Word(function.Kind)} {Name(function.Module)} {function.Function}");
        }
        foreach (CodeGate gate in list.Gates)
        {
            Line(text, $"gate {Name(gate.Module)} 0x{gate.Rva:x} {Word(gate.Kind)} {(gate.IsConfirmed ? "confirmed" : "unconfirmed")}");
        }
        foreach (string missing in list.Missing)
        {
            Line(text, $"missing {missing}");
        }
        foreach (UnknownNeed unknown in list.Unknown)
        {
            Line(text, $"unknown {Name(unknown.Module)} {unknown.What}");
        }
        foreach (RunRecord run in list.Runs)
        {
            foreach (string fact in run.Facts)
            {
                Line(text, $"used {run.Scenario} {fact}");
            }
        }
        return text.ToString();
    }

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">A line is not what <see cref="Write"/> makes; the message has its number.</exception>
    public static NeedList Read(string text) => new NeedListReader().Read(text);

    /// <summary>A value of an enumeration as lists spell it: lower case.</summary>
    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The name that <see cref="Name"/> wrote.</summary>
    internal static string ReadName(string word) => word.Replace("%20", " ", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);

    /// <summary>A file name as one word.</summary>
    public static string WriteName(string name) => Name(name);

    private static string Name(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);

    private static void Line(StringBuilder text, FormattableString line) => Line(text, line.ToString(CultureInfo.InvariantCulture));

    private static void Line(StringBuilder text, string line)
    {
        int start = text.Length;
        text.Append(line).Append('\n');
        for (int i = line.AsSpan().IndexOfAnyInRange('\0', '\x1f'); i >= 0 && i < line.Length; i++)
        {
            text[start + i] = line[i] < ' ' ? '?' : line[i];
        }
    }
}
