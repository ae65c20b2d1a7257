using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Links;
using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Entries;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl link.</summary>
public sealed class LinkVerb : Verb
{
    private const string OwnTypes = "--types";
    private const string Type = "--type";

    /// <inheritdoc/>
    public override string Name => "link";

    /// <inheritdoc/>
    public override string Operands => "NAME|APP";

    /// <inheritdoc/>
    public override string Summary => "Puts a package into your menus, with its program's icon";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new(OwnTypes, null, "for the document types too that the program itself names (FileExtents of its version resource)"),
        new(Type, "EXT|TYPE", "for documents of an extension or a MIME type too", Repeatable: true),
        Option.Json,
    ];

    /// <inheritdoc/>
    public override string Notes => """
        NAME is a package of "pvctl packages". Documents that are opened with the link are granted with their folders, nothing else is. After the package
        was moved, the link is hidden; link it again. "pvctl unlink" undoes it.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 1)
        {
            throw new UsageException("which package? \"pvctl packages\" lists them");
        }
        LinkedProgram program = LinkedProgram.Read(PackageIndex.PathOf(arguments.Operands[0]));
        List<string> types = [.. arguments.Values(Type).Select(ReadType)];
        if (arguments.Has(OwnTypes))
        {
            types.AddRange(program.Extensions);
            if (program.Extensions.Count == 0)
            {
                Console.Error.WriteLine($"pvctl: the program names no document types; name them with {Type} EXT");
            }
        }
        IReadOnlyList<string> files = DesktopLinks.OfUser().Write(program, types, MimeDatabase.OfUser(PackagePlaces.DataHome));
        if (arguments.Has(Option.Json.Name))
        {
            Console.Out.Write(LinkReport.ToJson(program.Package, files));
        }
        else
        {
            Console.Error.WriteLine($"linked as \"{string.Concat(program.Name.Select(c => char.IsControl(c) ? ' ' : c))}\": {files[^1]}");
        }
        return Task.FromResult(0);
    }

    private static string ReadType(string text)
    {
        string extension = text.TrimStart('*').TrimStart('.');
        return MimeDatabase.IsType(text) ? text : MimeDatabase.IsExtension(extension) ? extension
            : throw new UsageException($"{Type}: \"{text}\" is neither an extension, as \"txt\", nor a MIME type, as \"text/plain\"");
    }
}
