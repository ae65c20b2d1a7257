using PortableVirt.Analysis.Needs;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.VirtualLayer.Unseen;

namespace PortableVirt.Cli.Packages;

/// <summary>What a package is made from besides the program's files: runs of a list, recordings of an older package's runs, a policy.</summary>
internal sealed class PackageLearning
{
    /// <summary>Name of the scenario that recordings of packages' runs add up in.</summary>
    public const string Scenario = "learned";

    private PackageLearning(NeedList list, UnseenPolicy policy, bool touchedPages) => (List, Policy, IsTouchedPagesOnly) = (list, policy, touchedPages);

    /// <summary>The list with the runs that count.</summary>
    public NeedList List { get; }

    /// <summary>The policy.</summary>
    public UnseenPolicy Policy { get; }

    /// <summary>True to leave out the pages of images that no run touched.</summary>
    public bool IsTouchedPagesOnly { get; }

    /// <summary>Libraries that the older package lacked: what they import was not seen, because they were not loaded.</summary>
    public IEnumerable<string> Libraries => List.Runs.Where(run => run.Scenario == Scenario).SelectMany(run => run.OfKind("module")).Distinct(StringComparer.Ordinal);

    /// <summary>Puts it together. Throws <see cref="PackageException"/>, <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>.</summary>
    /// <param name="request">What the user asked for.</param>
    /// <param name="list">The list of the program's files, with the runs of the user's list.</param>
    public static PackageLearning Of(PackageRequest request, NeedList list)
    {
        UnseenPolicy policy = UnseenPolicy.Default;
        bool touchedPages = request.TouchedPagesOnly;
        if (request.LearnFrom is { } app)
        {
            using PackageReader reader = PackageReader.TryOpen(app) ?? throw new PackageException($"{app} is no package: --learn takes one that pvctl pack made");
            list = list with { Runs = Join(list.Runs, RunsOf(reader, app, list)) };
            policy = ReadMember(reader, PackageFacts.PolicyPath) is { } text ? ParsePolicy(app, text) : policy;
            touchedPages |= reader.Manifest.Members.Any(m => m.Path == reader.Manifest.Program && m.Origin.Contains(PackageContents.ReducedMark, StringComparison.Ordinal));
        }
        policy = request.PolicyFile is { } file ? ParsePolicy(file, File.ReadAllText(file)) : policy;
        list = list with { Runs = Choose(list.Runs, request.Scenarios) };
        return touchedPages && PackageFacts.TouchedPages(list).Count == 0
            ? throw new PackageException("no run has recorded which pages it touched: run pvctl analyse --pages, and give its list with --from-analysis")
            : new PackageLearning(list, policy, touchedPages);
    }

    private static IReadOnlyList<RunRecord> Choose(IReadOnlyList<RunRecord> runs, IReadOnlyList<string> scenarios)
    {
        string? unknown = scenarios.FirstOrDefault(name => runs.All(run => run.Scenario != name));
        return unknown is not null
            ? throw new PackageException($"--scenario {unknown}: the list has no such scenario, but {(runs.Count == 0 ? "none" : string.Join(", ", runs.Select(run => run.Scenario)))}")
            : scenarios.Count == 0 ? runs : [.. runs.Where(run => scenarios.Contains(run.Scenario) || run.Scenario == Scenario)];
    }

    private static IReadOnlyList<RunRecord> RunsOf(PackageReader reader, string app, NeedList program)
    {
        if (ReadMember(reader, PackageFacts.ListPath) is not { } text)
        {
            throw new PackageException($"{app} carries no list: make it anew with pvctl pack --from-analysis");
        }
        NeedList old;
        try
        {
            old = NeedListText.Read(text);
        }
        catch (FormatException e)
        {
            throw new PackageException($"{app}: its list is damaged ({e.Message}); get the package again");
        }
        if (old.Modules.FirstOrDefault()?.Sha256 != program.Modules[0].Sha256)
        {
            throw new PackageException($"{app} was made of another program ({old.Program}), or of another version: give the program that it was made of");
        }
        IReadOnlyList<string> facts = UnseenLog.Of(reader.Id)?.Read() ?? [];
        if (facts.Count == 0)
        {
            Console.Error.WriteLine($"pvctl: no run of {app} has recorded anything that it lacks");
            return old.Runs;
        }
        return Join(old.Runs, [new RunRecord(Scenario, []).Add(facts)]);
    }

    private static IReadOnlyList<RunRecord> Join(IReadOnlyList<RunRecord> first, IReadOnlyList<RunRecord> second) =>
        [.. first.Concat(second).GroupBy(run => run.Scenario).Select(runs => runs.Aggregate((a, b) => a.Add(b.Facts))).OrderBy(run => run.Scenario, StringComparer.Ordinal)];

    private static UnseenPolicy ParsePolicy(string file, string text)
    {
        try
        {
            return UnseenPolicyText.Read(text);
        }
        catch (FormatException e)
        {
            throw new PackageException($"{file}: {e.Message}");
        }
    }

    private static string? ReadMember(PackageReader reader, string path)
    {
        if (reader.Manifest.Members.FirstOrDefault(m => m.Path == path) is not { } member)
        {
            return null;
        }
        string target = Path.GetTempFileName();
        try
        {
            reader.Extract(member, target);
            return File.ReadAllText(target);
        }
        finally
        {
            File.Delete(target);
        }
    }
}
