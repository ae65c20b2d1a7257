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
    public override IReadOnlyList<Option> Options => [];

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        Console.Out.WriteLine("pvctl " + ProductVersion.Text);
        return Task.FromResult(0);
    }
}
