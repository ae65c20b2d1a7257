using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Doctor;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl doctor.</summary>
public sealed class DoctorVerb : Verb
{
    private const string Groups = "/sys/fs/cgroup";

    /// <inheritdoc/>
    public override string Name => "doctor";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Checks this computer and says what to do";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        A warning is something weaker, slower or missing; with a problem, programs do not run. Nothing is changed.

        Exit code: 0, or 1 where there is a problem.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 0)
        {
            throw new UsageException("doctor takes no operands");
        }
        (IReadOnlyList<Finding> daemon, GetInfoResponse? info) = await DaemonCheck.RunAsync().ConfigureAwait(false);
        List<Finding> findings =
        [
            .. daemon, await AgentCheck.RunAsync().ConfigureAwait(false), .. LibraryCheck.Run(), .. new GroupCheck(Groups).Run(info?.Groups),
            .. KernelCheck.Run(), .. FolderCheck.Run(), TerminalCheck.Run(),
        ];
        await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(findings) : ToText(findings)).ConfigureAwait(false);
        return findings.Exists(f => f.Level == FindingLevel.Problem) ? 1 : 0;
    }

    private static string ToText(List<Finding> findings)
    {
        Table table = new("pvctl", ProductVersion.Text, "");
        foreach (Finding finding in findings)
        {
            table.Add(Word(finding.Level), finding.Name, Table.Plain(finding.Text));
            if (finding.Remedy.Length != 0)
            {
                table.Add("", "", "-> " + Table.Plain(finding.Remedy));
            }
        }
        return table.ToString();
    }

    private static string ToJson(List<Finding> findings) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("version", ProductVersion.Text);
        writer.WriteString("level", Word(findings.Max(f => f.Level)));
        writer.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("name", finding.Name);
            writer.WriteString("level", Word(finding.Level));
            writer.WriteString("text", finding.Text);
            writer.WriteString("remedy", finding.Remedy.Length == 0 ? null : finding.Remedy);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static string Word(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "ok",
        FindingLevel.Warning => "warning",
        _ => "problem",
    };
}
