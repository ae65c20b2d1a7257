using System.Globalization;
using System.Text;
using PortableVirt.Analysis.Needs;

namespace PortableVirt.Cli.Verbs;

/// <summary>What the runs of a list say, for people.</summary>
internal static class RunSummary
{
    /// <summary>Kinds of facts with what stands for them, in the order of the summary.</summary>
    private static readonly (string Kind, string One, string Many)[] s_kinds =
    [
        ("file", "file", "files"), ("folder", "folder", "folders"), ("key", "key", "keys"), ("value", "value", "values"), ("lookup", "function looked up", "functions looked up"),
        ("socket", "socket use", "socket uses"), ("console", "console use", "console uses"), ("ui", "window call", "window calls"), ("process", "process", "processes"),
    ];

    /// <summary>One paragraph a run.</summary>
    public static string Of(NeedList list, RunRecord run)
    {
        StringBuilder text = new();
        HashSet<string> loaded = [.. run.OfKind("module")];
        int known = list.Modules.Count(m => m.NeededBy.Length != 0 && loaded.Contains(m.Name));
        int named = list.Modules.Count - 1;
        Line(text, $"run {run.Scenario}: {known} of the {named} modules that the files name ({(named == 0 ? 100 : known * 100 / named)} %), {run.OfKind("call").Select(FirstWord).Distinct().Count()} system calls{Counts(run)}");
        foreach (string call in run.OfKind("gate"))
        {
            Line(text, $"  system call outside the system's own DLLs: {call}");
        }
        foreach (string gate in run.OfKind("gate-bytes"))
        {
            Line(text, $"  bytes of a gate in new code, maybe data: {gate}");
        }
        foreach (string maker in run.OfKind("code-maker"))
        {
            Line(text, $"  makes code while it runs: {maker}");
        }
        foreach (string load in run.OfKind("load").Where(l => !l.EndsWith(" start", StringComparison.Ordinal) && list.Modules.All(m => m.Name != FirstWord(l))))
        {
            Line(text, $"  loaded while it ran: {load.Replace(" ", ", asked for by ", StringComparison.Ordinal)}");
        }
        foreach (string missing in run.OfKind("lookup").Where(l => l.Split(' ') is [_, _, "missing", ..]))
        {
            Line(text, $"  looked up in vain: {missing.Replace(" missing ", " has no ", StringComparison.Ordinal)}");
        }
        return text.ToString();
    }

    /// <summary>Why a run has a module, and what it looked up there.</summary>
    public static string OfModule(RunRecord run, string module)
    {
        StringBuilder text = new();
        string[] askers = [.. run.OfKind("load").Where(l => FirstWord(l) == module).Select(l => l[(module.Length + 1)..])];
        string by = askers.Length == 0 ? "" : askers is ["start"] ? ", for the imports of the program" : $", asked for by {string.Join(", ", askers.Where(a => a != "start"))}";
        Line(text, $"  run {run.Scenario}: {(run.OfKind("module").Contains(module) ? "loaded" + by : "not loaded")}");
        foreach (string[] words in run.OfKind("lookup").Select(l => l.Split(' ', 4)).Where(w => w.Length == 4 && w[1] == module))
        {
            Line(text, $"    {words[0]} looked up {words[3]}{(words[2] == "missing" ? ", which it has not" : "")}");
        }
        return text.ToString();
    }

    private static string Counts(RunRecord run) => string.Concat(s_kinds.Select(kind => (kind, run.OfKind(kind.Kind).Count())).Where(p => p.Item2 != 0)
        .Select(p => string.Create(CultureInfo.InvariantCulture, $", {p.Item2} {(p.Item2 == 1 ? p.kind.One : p.kind.Many)}")));

    private static string FirstWord(string fact) => fact.Split(' ', 2)[0];

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
