using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Entries;
using PortableVirt.Desktop.Files;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl agent.</summary>
public sealed class AgentVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "agent";

    /// <inheritdoc/>
    public override string Operands => "[status|on|off]";

    /// <inheritdoc/>
    public override string Summary => "Offers PortableVirt for .exe files on your desktop, or no longer, or tells whether";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        The agent (portablevirt-agent, a service of your session) opens Windows programs for the desktop: "Open with PortableVirt", icon, progress of the
        first start, errors in dialogs, a terminal for console programs. It registers .exe files when it starts, unless "off" was said; "on" does it at
        once. Both write below your own $XDG_DATA_HOME only. Links of packages ("pvctl link") stay as they are: they need neither agent nor pvctl.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        string word = arguments.Operands switch
        {
            [] => "status",
            ["status" or "on" or "off"] => arguments.Operands[0],
            _ => throw new UsageException($"{string.Join(' ', arguments.Operands)} is none of status, on, off{Suggestion.For(arguments.Operands[0], ["status", "on", "off"])}"),
        };
        string configuration = UserFolders.Configuration ?? throw new HostException("no home folder is known: set HOME, or XDG_CONFIG_HOME to a folder that you may write to");
        ExeFiles files = new(PackagePlaces.DataHome, configuration, MimeDatabase.OfComputer());
        if (word != "status")
        {
            files.Decide(word == "on");
            if (word == "on")
            {
                files.Register(Environment.ProcessPath ?? throw new HostException("the path of pvctl is not known: is /proc mounted?"));
            }
            else
            {
                files.Unregister();
            }
        }
        GetAgentInfoResponse? agent = await AgentConnection.AskAsync().ConfigureAwait(false);
        await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(files, agent) : ToText(files, agent)).ConfigureAwait(false);
        return 0;
    }

    private static string ToText(ExeFiles files, GetAgentInfoResponse? agent)
    {
        IReadOnlyList<string> present = files.Present;
        Table table = new("agent", agent is null ? "does not run; \"Open with PortableVirt\" works without, too" : $"{agent.Version}, process {agent.AgentPid}");
        table.Add(".exe files", present.Count != 0 ? $"offered for {files.Type}" : files.IsWanted ? "not offered yet: \"pvctl agent on\" offers it" : "not offered, as you said");
        foreach (string file in present)
        {
            table.Add("", file);
        }
        return table.ToString();
    }

    private static string ToJson(ExeFiles files, GetAgentInfoResponse? agent) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("agentVersion", agent?.Version);
        writer.WriteNumber("agentPid", agent?.AgentPid ?? 0);
        writer.WriteBoolean("wanted", files.IsWanted);
        writer.WriteString("type", files.Type);
        writer.WriteStartArray("files");
        foreach (string file in files.Present)
        {
            writer.WriteStringValue(file);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
