using System.Text;
using PortableVirt.Analysis.Needs;
using PortableVirt.Appliance.Format;
using PortableVirt.VirtualLayer.Unseen;

namespace PortableVirt.Appliance.Packing;

/// <summary>The members of a package that say what it was made from and what happens with the rest: list, facts for a run, policy.</summary>
public static class PackageFacts
{
    /// <summary>Member: the whole list, for the next pack.</summary>
    public const string ListPath = "portablevirt/list";

    /// <summary>Member: what a run must know of it.</summary>
    public const string SeenPath = "portablevirt/seen";

    /// <summary>Member: the policy.</summary>
    public const string PolicyPath = "portablevirt/policy";

    private const string Origin = "PortableVirt";

    /// <summary>The three members.</summary>
    /// <param name="list">The list that the package is made from.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="systemFolder">Host folder of the system library.</param>
    public static IEnumerable<PackedFile> Make(NeedList list, UnseenPolicy policy, string systemFolder)
    {
        string ntdll = Path.Combine(systemFolder, "ntdll.dll");
        yield return Text(ListPath, NeedListText.Write(list));
        yield return Text(PolicyPath, UnseenPolicyText.Write(policy));
        yield return Text(SeenPath, Seen(list, systemFolder, File.Exists(ntdll) ? Sha256.HexOf(File.ReadAllBytes(ntdll)) : "").Write());
    }

    /// <summary>What a run must know of a list.</summary>
    public static SeenFacts Seen(NeedList list, string systemFolder, string ntdllHash) => new()
    {
        Calls = list.Runs.SelectMany(run => run.OfKind("call")).Select(FirstWord).ToHashSet(StringComparer.Ordinal),
        Gates = list.Runs.SelectMany(run => run.OfKind("gate")).Select(GateOf).ToHashSet(StringComparer.Ordinal),
        Functions = list.Functions.Select(f => $"{f.Module} {f.Function}")
            .Concat(list.Runs.SelectMany(run => run.OfKind("lookup")).Select(fact => fact.Split(' ', 4)).Where(words => words.Length == 4).Select(words => $"{words[1]} {words[3]}"))
            .ToHashSet(StringComparer.Ordinal),
        SystemNames = Directory.EnumerateFiles(systemFolder).Select(path => Path.GetFileName(path).ToLowerInvariant()).ToHashSet(StringComparer.Ordinal),
        NtdllHash = ntdllHash,
    };

    /// <summary>The pages that the runs of a list touched, by module; empty when no run recorded pages.</summary>
    public static IReadOnlyDictionary<string, SortedSet<long>> TouchedPages(NeedList list)
    {
        PageRanges pages = new();
        foreach (string fact in list.Runs.SelectMany(run => run.OfKind(PageRanges.Kind)))
        {
            pages.TryAdd(fact);
        }
        return pages.Modules;
    }

    private static string FirstWord(string fact) => fact.Split(' ', 2)[0];

    /// <summary>"MODULE 0xOFFSET NAME" without the name; "code-outside-modules NAME" likewise.</summary>
    private static string GateOf(string fact) => fact[..Math.Max(0, fact.LastIndexOf(' '))];

    private static PackedFile Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text), Origin);
}
