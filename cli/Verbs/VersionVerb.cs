using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl version.</summary>
public sealed class VersionVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "version";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Shows the version of pvctl";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        Console.Out.Write(arguments.Has(Option.Json.Name) ? ToJson() : $"pvctl {ProductVersion.Text}\n");
        return Task.FromResult(0);
    }

    private static string ToJson() => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("version", ProductVersion.Text);
        writer.WriteEndObject();
    });
}
