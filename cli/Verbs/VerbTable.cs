namespace PortableVirt.Cli.Verbs;

/// <summary>All verbs.</summary>
public static class VerbTable
{
    /// <summary>In the order of the help.</summary>
    public static readonly IReadOnlyList<Verb> All =
    [
        new RunVerb(), new OpenVerb(), new AnalyseVerb(), new ExplainVerb(), new PackVerb(), new PackagesVerb(), new RemoveVerb(), new LinkVerb(), new UnlinkVerb(),
        new AgentVerb(), new DataVerb(), new TrustVerb(),
        new PsVerb(), new StopVerb(), new InfoVerb(), new VersionVerb(), new CompletionVerb(), new ManVerb(),
    ];

    /// <summary>The verb of a name, or null.</summary>
    public static Verb? Find(string name) => All.FirstOrDefault(v => v.Name == name);
}
