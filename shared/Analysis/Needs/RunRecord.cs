namespace PortableVirt.Analysis.Needs;

/// <summary>What the runs of one scenario used.</summary>
/// <param name="Scenario">Name that the user gave: letters, digits, '.', '_' and '-'.</param>
/// <param name="Facts">Lines of words in order: "module x.dll", "call NtReadFile kernelbase.dll", "file missing C:\x"...</param>
public sealed record RunRecord(string Scenario, IReadOnlyList<string> Facts)
{
    /// <summary>True for a name that a list can hold.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>The facts of one kind, without the kind.</summary>
    public IEnumerable<string> OfKind(string kind) => Facts.Where(f => f.StartsWith(kind + " ", StringComparison.Ordinal)).Select(f => f[(kind.Length + 1)..]);

    /// <summary>This record with the facts of another run of the same scenario. Ranges of pages become as few as there can be.</summary>
    public RunRecord Add(IEnumerable<string> facts)
    {
        PageRanges pages = new();
        SortedSet<string> all = new(StringComparer.Ordinal);
        foreach (string fact in Facts.Concat(facts))
        {
            if (!fact.StartsWith(PageRanges.Kind + " ", StringComparison.Ordinal) || !pages.TryAdd(fact[(PageRanges.Kind.Length + 1)..]))
            {
                all.Add(fact);
            }
        }
        return this with { Facts = [.. all, .. pages.Facts()] };
    }
}
