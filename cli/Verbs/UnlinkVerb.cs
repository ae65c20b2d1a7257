using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Links;
using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl unlink.</summary>
public sealed class UnlinkVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "unlink";

    /// <inheritdoc/>
    public override string Operands => "NAME|APP";

    /// <inheritdoc/>
    public override string Summary => "Takes a package out of your menus";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => "APP may be the place where a package was when it was linked.";

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 1)
        {
            throw new UsageException("which package? \"pvctl packages\" lists them");
        }
        string word = arguments.Operands[0];
        IndexEntry? entry = PackageIndex.OfUser().Find(word);
        string package = entry?.Package ?? Path.GetFullPath(word);
        IReadOnlyList<string> files = DesktopLinks.OfUser().Remove(package, entry?.Id ?? IdOf(package));
        if (files.Count == 0)
        {
            throw new FailedException($"{word} has no link", 1);
        }
        if (arguments.Has(Option.Json.Name))
        {
            Console.Out.Write(LinkReport.ToJson(package, files));
        }
        return Task.FromResult(0);
    }

    private static string? IdOf(string package)
    {
        try
        {
            using PackageReader? reader = File.Exists(package) ? PackageReader.TryOpen(package) : null;
            return reader?.Id;
        }
        catch (PackageException)
        {
            // A damaged package is still known by its place.
            return null;
        }
    }
}
