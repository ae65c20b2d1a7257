using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Shells;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl man.</summary>
public sealed class ManVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "man";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Writes the manual page pvctl(1)";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [];

    /// <inheritdoc/>
    public override string Notes => "To read it: pvctl man | man -l -";

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        Console.Out.Write(ManPage.Write());
        return Task.FromResult(0);
    }
}
