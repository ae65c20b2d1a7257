using System.Globalization;
using PortableVirt.Analysis.Needs;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl packages.</summary>
public sealed class PackagesVerb : Verb
{
    private const int ShownId = 12;
    private const string Registered = "--registered";

    /// <inheritdoc/>
    public override string Name => "packages";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Lists the packages that were made here";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [new(Registered, null, "those of the daemon's store that you may start"), Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        "last use" is the last start on this computer. A package that was moved is found again when it is started; one that was deleted is no longer listed.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 0)
        {
            throw new UsageException("packages takes no operands");
        }
        if (arguments.Has(Registered))
        {
            using GrpcChannel channel = DaemonConnection.Open();
            ListPackagesResponse response = await channel.UnaryCallAsync(DaemonMethods.ListPackages, new ListPackagesRequest(), DaemonConnection.Soon).ConfigureAwait(false);
            await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? RegisteredReport.ToJson(response.Packages) : RegisteredReport.ToTable(response.Packages)).ConfigureAwait(false);
            return 0;
        }
        IReadOnlyList<IndexEntry> entries = PackageIndex.OfUser().Read();
        await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(entries) : ToTable(entries)).ConfigureAwait(false);
        return 0;
    }

    private static string ToTable(IReadOnlyList<IndexEntry> entries)
    {
        Table table = new("NAME", "ID", "SIZE", "MADE BY", "LAST USE", "PACKAGE", "ORIGIN");
        foreach (IndexEntry entry in entries)
        {
            table.Add(
                Table.Plain(entry.Name), entry.Id[..ShownId], Length(entry) is { } length ? Size.Of(length) : "not there", entry.IsOwn ? "open" : "pack",
                entry.LastUse?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never", Table.Plain(entry.Package), Table.Plain(entry.Origin));
        }
        return table.ToString();
    }

    private static string ToJson(IReadOnlyList<IndexEntry> entries) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach (IndexEntry entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("name", entry.Name);
            writer.WriteString("id", entry.Id);
            writer.WriteString("package", entry.Package);
            writer.WriteString("presence", NeedListText.Word(PackageIndex.Presence(entry)));
            writer.WritePropertyName("bytes");
            if (Length(entry) is { } length)
            {
                writer.WriteNumberValue(length);
            }
            else
            {
                writer.WriteNullValue();
            }
            writer.WriteString("program", entry.Program);
            writer.WriteString("origin", entry.Origin);
            writer.WriteString("programSha256", entry.ProgramHash);
            writer.WriteString("version", entry.Version);
            writer.WriteString("madeBy", entry.IsOwn ? "open" : "pack");
            writer.WriteString("made", entry.Made);
            if (entry.LastUse is { } used)
            {
                writer.WriteString("lastUse", used);
            }
            else
            {
                writer.WriteNull("lastUse");
            }
            writer.WriteStartArray("features");
            foreach (string feature in entry.Features)
            {
                writer.WriteStringValue(feature);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static long? Length(IndexEntry entry) => new FileInfo(entry.Package) is { Exists: true } file ? file.Length : null;
}
