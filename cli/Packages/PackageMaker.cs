using PortableVirt.Analysis.Needs;
using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Verbs;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Sockets;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>Makes packages: finds what a program needs, collects the files, writes one file.</summary>
public static class PackageMaker
{
    /// <summary>Steps of progress that <see cref="Make"/> takes.</summary>
    public const int Steps = 4;

    private const string RunnerName = "portablevirt-run";

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// Makes a package. Throws <see cref="PackageException"/>, <see cref="FailedException"/> where the file is no program that runs here,
    /// <see cref="HostException"/> where the runner is missing, <see cref="IOException"/> and
    /// <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public static MadePackage Make(PackageRequest request, Progress progress)
    {
        string runner = Runner();
        progress.Step($"looking at {Path.GetFileName(request.Program)}");
        NeedList list = AnalyseVerb.AnalyzeFiles(request.Program, request.SystemFolder, out PeError? error, progress.Add)
            ?? throw new FailedException(error!.Describe(request.Program), ExitCodes.CannotRun);
        bool isRunKnown = true;
        if (request.ListFile is { } listFile)
        {
            list = list with { Runs = ChooseRuns(RunsOf(listFile, list), request.Scenarios, listFile) };
        }
        else
        {
            isRunKnown = list.Unknown.Count == 0;
            list = isRunKnown || !request.WithSpelled ? list : NamedNeeds.AddTo(list, request.Program, request.SystemFolder, progress.Add);
        }
        isRunKnown |= request.LearnFrom is not null;
        PackageLearning learning = PackageLearning.Of(request, list);
        list = request.LearnFrom is null ? learning.List : NamedNeeds.AddTo(learning.List, request.Program, request.SystemFolder, learning.Libraries, progress.Add);
        progress.Step("collecting files");
        bool isDebian = request.SystemFolder == SystemLibrary.DebianFolder;
        PackageSources sources = new()
        {
            Program = request.Program,
            Root = FindRoot(request),
            SystemFolder = request.SystemFolder,
            NlsFolder = SystemLibrary.DebianNlsFolder,
            SystemName = isDebian ? PackageNotes.DebianName() : request.SystemFolder,
            Made = GateModules.Build(),
            Files = request.Files,
            TouchedPages = learning.IsTouchedPagesOnly ? PackageFacts.TouchedPages(list) : null,
            Facts = [.. PackageFacts.Make(list, learning.Policy, request.SystemFolder)],
            Notes = PackageNotes.Read(isDebian),
            NetworkFiles = [.. NetworkDatabase.Files.Select(f => new PackedFile($"{PackageManifest.DriveFolder}/{NetworkDatabase.Folder}/{f.Name}", f.Text, "PortableVirt"))],
            Collected = bytes => progress.Add(bytes),
        };
        IReadOnlyList<PackedFile> files = PackageContents.Collect(sources, list);
        byte[] own = File.ReadAllBytes(runner);
        PackageManifest Describe(IReadOnlyList<PackedFile> all) => PackageContents.Describe(sources, all) with { RunnerLength = own.Length, RunnerSha256 = Sha256.HexOf(own) };
        progress.Step("making the launch image");
        string? noImage = null;
        string? noDeepImage = null;
        if (request.HasLaunchImage && !learning.IsTouchedPagesOnly)
        {
            files = AddLaunchImages(Describe(files), files, own, request, progress, out noImage, out noDeepImage);
        }
        PackageManifest manifest = Describe(files);
        PackageSignature? signature = request.KeyFile is { } key ? PackageSigner.Sign(manifest, key) : null;
        progress.Step($"writing {Path.GetFileName(request.Output)}", own.Length + files.Sum(f => (long)f.Content.Length));
        WholeFile.Write(request.Output, Contents(manifest, signature, files, own, progress));
        return new MadePackage(manifest, new FileInfo(request.Output).Length, list.Modules[0].Sha256, isRunKnown) { NoLaunchImage = noImage, NoDeepLaunchImage = noDeepImage };
    }

    /// <summary>Adds the launch images, which are made by running the package as it is without one.</summary>
    private static IReadOnlyList<PackedFile> AddLaunchImages(
        PackageManifest manifest, IReadOnlyList<PackedFile> files, byte[] runner, PackageRequest request, Progress progress, out string? refusal, out string? deepRefusal)
    {
        List<PackedFile> all = [.. files];
        string? ordinary = null;
        string? deeper = null;
        WholeFile.WriteForAWhile(request.Output, Contents(manifest, null, files, runner, progress), bare =>
        {
            if (LaunchImageMaker.TryMake(bare, out ordinary) is { } image)
            {
                all.Add(new PackedFile(PackageManifest.LaunchImage, image, "PortableVirt"));
            }
            if (request.HasDeepLaunchImage && LaunchImageMaker.TryMakeDeep(bare, out deeper) is { } deep)
            {
                all.Add(new PackedFile(PackageManifest.DeepLaunchImage, deep, "PortableVirt"));
            }
        });
        (refusal, deepRefusal) = (ordinary, deeper);
        return [.. all.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static IReadOnlyList<RunRecord> RunsOf(string listFile, NeedList program)
    {
        NeedList given;
        try
        {
            given = NeedListText.Read(File.ReadAllText(listFile));
        }
        catch (FormatException e)
        {
            throw new PackageException($"{listFile}: {e.Message}; make it anew with pvctl analyse");
        }
        return given.Modules.FirstOrDefault()?.Sha256 == program.Modules[0].Sha256
            ? given.Runs
            : throw new PackageException($"{listFile} is the list of another program ({given.Program}), or of an older version: run pvctl analyse again");
    }

    private static IReadOnlyList<RunRecord> ChooseRuns(IReadOnlyList<RunRecord> runs, IReadOnlyList<string> names, string listFile)
    {
        string? missing = names.FirstOrDefault(name => !runs.Any(run => run.Scenario == name));
        return missing is not null
            ? throw new PackageException($"{listFile} has no scenario \"{missing}\"; it has {(runs.Count == 0 ? "none" : string.Join(", ", runs.Select(run => run.Scenario)))}")
            : names.Count == 0 ? runs : [.. runs.Where(run => names.Contains(run.Scenario))];
    }

    private static string FindRoot(PackageRequest request)
    {
        string folder = Path.GetDirectoryName(request.Program)!;
        string root = request.Root is null ? folder : Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Root));
        return root == folder || root == "/" || request.Program.StartsWith(root + "/", StringComparison.Ordinal)
            ? root : throw new UsageException($"--root {root}: the program is not in it");
    }

    private static string Runner()
    {
        string runner = Path.Combine(AppContext.BaseDirectory, RunnerName);
        return File.Exists(runner) ? runner : throw new HostException($"{runner} is missing, the program that packages begin with: packaging/build.sh makes it");
    }

    /// <summary>Writes a package into an open file.</summary>
    private static Action<FileStream> Contents(PackageManifest manifest, PackageSignature? signature, IReadOnlyList<PackedFile> files, byte[] runner, Progress progress)
    {
        Dictionary<string, PackedFile> byPath = files.ToDictionary(f => f.Path, StringComparer.Ordinal);
        return file =>
        {
            PackageWriter.Write(file, new MemoryStream(runner, writable: false), manifest, signature, member => new MemoryStream(byPath[member.Path].Content.ToArray(), writable: false), progress.At);
            File.SetUnixFileMode(file.SafeFileHandle, Executable);
        };
    }
}
