using System.Globalization;
using PortableVirt.Analysis.Needs;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl packages.</summary>
public sealed class PackagesVerb : Verb
{
    private const int ShownId = 12;

    /// <inheritdoc/>
    public override string Name => "packages";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Lists the packages that were made here";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        "last use" is the last start on this computer. A package that was moved is found again when it is started; one that was deleted is no longer listed.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 0)
        {
            throw new UsageException("packages takes no operands");
        }
        IReadOnlyList<IndexEntry> entries = PackageIndex.OfUser().Read();
        Console.Out.Write(arguments.Has(Option.Json.Name) ? ToJson(entries) : ToTable(entries));
        return Task.FromResult(0);
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
