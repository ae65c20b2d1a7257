using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Links;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;
using PortableVirt.Cli.Runs;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Loader;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl open.</summary>
public sealed class OpenVerb : Verb
{
    private const string Prepare = "--prepare";
    private const string ShowProgress = "--progress";

    private static readonly string[] s_runOptions = ["--grant", "--env", "--network", "--data", RunOptions.StatusFile, RunOptions.JsonStatus];

    /// <inheritdoc/>
    public override string Name => "open";

    /// <inheritdoc/>
    public override string Operands => "[--] PROGRAM.exe|APP [documents...]";

    /// <inheritdoc/>
    public override string Summary => "Runs a program from its package, which is made first where there is none, with documents";

    /// <inheritdoc/>
    public override bool OptionsFirst => true;

    /// <inheritdoc/>
    public override int FailureCode => ExitCodes.Failed;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new("--files", "PATTERN", "more files beside the program that the package holds, relative to its folder", Repeatable: true),
        new("--system-libraries", "FOLDER", "take Windows DLLs from there instead of libwine"),
        .. RunOptions.Table.Where(o => s_runOptions.Contains(o.Name)),
        new(DesktopOpen.Option, null, "as a double-click does: through the session's agent, with notifications, dialogs and a terminal for console programs"),
        new(Prepare, null, "make the package where there is none, and run nothing"),
        new(Option.Json.Name, null, $"with {Prepare}: JSON for programs"),
        new(ShowProgress, null, $"with {Prepare} {Option.Json.Name}: the progress too, one document a line"),
    ];

    /// <inheritdoc/>
    public override string Notes => """
        A package that pvctl pack or pvctl open made of the same program with this PortableVirt and this libwine is used again; pvctl packages lists
        them. Otherwise the program's files are looked at and packed into the user's own folder, which is said and shown.

        Arguments that name files are documents: the program gets their paths as it sees them, starts in the first one's folder, and may read and write
        in the documents' folders. No other host folder is granted but by --grant. Other arguments are passed as they are.

        Exit code as that of pvctl run.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count == 0)
        {
            throw new UsageException("which program?");
        }
        if (arguments.Has(DesktopOpen.Option))
        {
            return Options.FirstOrDefault(o => o.Name != DesktopOpen.Option && arguments.Has(o.Name)) is { } other
                ? throw new UsageException($"{DesktopOpen.Option} and {other.Name} exclude each other")
                : await DesktopOpen.RunAsync(arguments.Operands).ConfigureAwait(false);
        }
        bool isPrepared = arguments.Has(Prepare);
        if (!isPrepared && (arguments.Has(Option.Json.Name) || arguments.Has(ShowProgress)))
        {
            throw new UsageException($"{Option.Json.Name} and {ShowProgress} go with {Prepare}: otherwise standard output is the program's");
        }
        bool isMade = false;
        string program = Path.GetFullPath(arguments.Operands[0]);
        string package = !File.Exists(program) ? Named(arguments.Operands[0]) : PackageStart.IsPackage(program) ? program : PackageOf(new PackageRequest
        {
            Program = program,
            Output = "",
            WithSpelled = true,
            SystemFolder = Path.GetFullPath(arguments.Value("--system-libraries") ?? SystemLibrary.DebianFolder),
            Files = arguments.Values("--files"),
        }, arguments.Has(Option.Json.Name) && arguments.Has(ShowProgress), out isMade);
        if (isPrepared)
        {
            await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(LinkedProgram.Read(package), isMade) : package + "\n").ConfigureAwait(false);
            return 0;
        }
        if (PackageLaunch.NeedsDaemon)
        {
            return await PackageLaunch.ThroughDaemonAsync(package, arguments, isDocuments: true).ConfigureAwait(false);
        }
        return PackageStart.Run(package, [PackageOptions.Prefix + RunOptions.Documents[2..], .. PackageOptions.Words(arguments, s_runOptions)], arguments.Operands.Skip(1));
    }

    private static string ToJson(LinkedProgram program, bool isMade) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("package", program.Package);
        writer.WriteString("name", program.Name);
        writer.WriteBoolean("console", program.IsConsole);
        writer.WriteBoolean("made", isMade);
        writer.WriteEndObject();
    });

    private static string Named(string word) => PackageIndex.OfUser().Find(word)?.Package
        ?? throw new FailedException($"{word} is neither a file nor the name of a package: check the path, or see \"pvctl packages\"", ExitCodes.NotFound);

    private static string PackageOf(PackageRequest request, bool isJson, out bool isMade)
    {
        PackageIndex index = PackageIndex.OfUser();
        IReadOnlyList<IndexEntry> entries = index.Read();
        string hash = PackageChoice.HashOf(request.Program, entries);
        string? found = PackageChoice.Find(entries, hash, request)?.Package;
        isMade = found is null;
        return found ?? Make(index, hash, request, isJson);
    }

    private static string Make(PackageIndex index, string hash, PackageRequest request, bool isJson)
    {
        string folder = PackagePlaces.Packages;
        request = request with { Output = PackageChoice.Place(folder, hash, request) };
        try
        {
            Directory.CreateDirectory(folder, UserFolders.OwnerOnly);
            MadePackage made;
            using (Progress progress = new(PackageMaker.Steps, isJson))
            using (MakingLock.Take(request.Output, progress))
            {
                if (PackageChoice.Find(index.Read(), hash, request) is { } other)
                {
                    return other.Package;
                }
                made = PackageMaker.Make(request, progress);
                index.Add(IndexEntries.Of(request, made, isOwn: true));
            }
            Console.Error.WriteLine($"pvctl: made {request.Output} ({Size.Of(made.Length)}, {made.Manifest.Members.Count} files); the next start uses it");
            if (!made.IsRunKnown)
            {
                Console.Error.WriteLine("pvctl: DLLs are in it whose names the program spells out; where another is missed: pvctl analyse, then pvctl pack --from-analysis");
            }
            return request.Output;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailedException(
                $"no package can be made in {folder}: {e.Message} Set XDG_DATA_HOME to a folder with room that you may write to, or use pvctl run", ExitCodes.Failed);
        }
    }
}
