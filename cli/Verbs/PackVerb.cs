using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;
using PortableVirt.Emulation.Loader;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl pack.</summary>
public sealed class PackVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "pack";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM.exe";

    /// <inheritdoc/>
    public override string Summary => "Makes one Linux program of a Windows program and the parts of Windows that it needs";

    /// <inheritdoc/>
    public override int FailureCode => ExitCodes.Failed;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new("--output", "APP", "the file to make") { Short = "-o" },
        new("--from-analysis", "LIST", "a list that pvctl analyse made; without one only what the program's files name goes in"),
        new("--scenario", "NAME", "only these runs of the list count", Repeatable: true),
        new("--touched-pages", null, "leave out the pages of programs and DLLs that no run touched (pvctl analyse --pages records them)"),
        new("--policy", "FILE", "what happens when the program needs what the list does not hold"),
        new("--learn", "APP", "take in the list of a package of this program, and what its runs have lacked"),
        new("--files", "PATTERN", "more files, relative to the program's folder or --root; * and ? in a name, ** for any folders", Repeatable: true),
        new("--root", "FOLDER", "a folder above the program that goes with it: what --files names is relative to it"),
        new("--sign", "KEY.pem", "sign the package with a private key of P-256 (pvctl trust create makes one)"),
        new("--no-launch-image", null, "make no launch image: every start loads and binds the DLLs anew"),
        new("--deep", null, "make a second launch image behind the first initialiser, if it comes out alike with other arguments, variables, folders, times and time zones"),
        new("--system-libraries", "FOLDER", "take Windows DLLs from there instead of libwine"),
        Option.Json,
    ];

    /// <inheritdoc/>
    public override string Notes => """
        APP runs on any x86-64 Linux with glibc and /dev/kvm; nothing else need be installed there, nothing is unpacked. All its arguments go to the program,
        but for those at the beginning that start with --portablevirt- (APP --portablevirt-help lists them); "pvctl run [options] APP" takes run's options.
        The working folder is granted to it. What it changes on its C: drive and in its registry is kept in ~/.local/share/portablevirt, see "pvctl data".
        "unzip -l APP" shows what is inside.
        What the list does not hold is decided by the package's policy, a text: after the line "PortableVirt Policy 1", lines "KIND ACTION [NAME]", where KIND is
        library, file, function, system-call, page or gate, ACTION is allow, report or deny, and NAME may hold *; the last line that fits counts.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 1)
        {
            throw new UsageException("which program?");
        }
        PackageRequest request = new()
        {
            Output = Path.GetFullPath(arguments.Value("--output") ?? throw new UsageException("--output APP is missing: the file to make")),
            Program = Path.GetFullPath(arguments.Operands[0]),
            SystemFolder = Path.GetFullPath(arguments.Value("--system-libraries") ?? SystemLibrary.DebianFolder),
            ListFile = arguments.Value("--from-analysis"),
            Files = arguments.Values("--files"),
            Scenarios = arguments.Values("--scenario"),
            TouchedPagesOnly = arguments.Has("--touched-pages"),
            PolicyFile = arguments.Value("--policy"),
            LearnFrom = arguments.Value("--learn"),
            Root = arguments.Value("--root"),
            KeyFile = arguments.Value("--sign"),
            HasLaunchImage = !arguments.Has("--no-launch-image"),
            HasDeepLaunchImage = arguments.Has("--deep"),
        };
        MadePackage made = Make(request);
        if (made.NoLaunchImage is { } reason)
        {
            Console.Error.WriteLine($"pvctl: the package has no launch image, its starts take longer: {reason}");
        }
        if (made.NoDeepLaunchImage is { } tooDeep)
        {
            Console.Error.WriteLine($"pvctl: the package has no deep launch image, the ordinary one is used: {tooDeep}");
        }
        if (!made.IsRunKnown)
        {
            Console.Error.WriteLine("pvctl: no run is known: DLLs that the program loads by name are not in the package (pvctl analyse records them, --from-analysis takes them in)");
        }
        Enter(request, made);
        Tell(arguments.Has(Option.Json.Name), request.Output, made);
        return Task.FromResult(0);
    }

    private static void Enter(PackageRequest request, MadePackage made)
    {
        try
        {
            PackageIndex.OfUser().Add(IndexEntries.Of(request, made, isOwn: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HostException)
        {
            Console.Error.WriteLine($"pvctl: the package is made, but cannot be entered in the index: {e.Message}");
        }
    }

    private static MadePackage Make(PackageRequest request)
    {
        using Progress progress = new(PackageMaker.Steps);
        return PackageMaker.Make(request, progress);
    }

    private static void Tell(bool json, string output, MadePackage made)
    {
        PackageManifest manifest = made.Manifest;
        if (!json)
        {
            Console.Error.WriteLine($"{output}: {Size.Of(made.Length)}, {manifest.Members.Count} files, id {manifest.Id[..16]}");
            return;
        }
        Console.Out.Write(Json.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("package", output);
            writer.WriteString("id", manifest.Id);
            writer.WriteNumber("bytes", made.Length);
            writer.WriteNumber("files", manifest.Members.Count);
            writer.WriteString("programSha256", made.ProgramHash);
            writer.WriteBoolean("runKnown", made.IsRunKnown);
            writer.WriteEndObject();
        }));
    }
}
