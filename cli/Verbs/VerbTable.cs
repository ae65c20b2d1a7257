namespace PortableVirt.Cli.Verbs;

/// <summary>All verbs.</summary>
public static class VerbTable
{
    /// <summary>In the order of the help.</summary>
    public static readonly IReadOnlyList<Verb> All =
    [
        new RunVerb(), new OpenVerb(), new StartVerb(), new ListVerb(), new StopVerb(), new PauseVerb(), new ResumeVerb(), new RestartVerb(), new InspectVerb(), new LogsVerb(),
        new EventsVerb(), new StatsVerb(), new TopVerb(),
        new AnalyseVerb(), new ExplainVerb(), new PackVerb(), new PackagesVerb(), new RegisterVerb(), new UnregisterVerb(), new RemoveVerb(), new LinkVerb(), new UnlinkVerb(),
        new AgentVerb(), new DataVerb(), new TrustVerb(), new PolicyVerb(), new InfoVerb(), new DoctorVerb(), new VersionVerb(), new CompletionVerb(), new ManVerb(),
    ];

    /// <summary>The verb of a name or an alias, or null.</summary>
    public static Verb? Find(string name) => All.FirstOrDefault(v => v.Name == name || v.Aliases.Contains(name));
}
