using PortableVirt.Analysis.Needs;
using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Verbs;
using PortableVirt.Emulation.Loader;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>Makes packages: finds what a program needs, collects the files, writes one file.</summary>
public static class PackageMaker
{
    /// <summary>Steps of progress that <see cref="Make"/> takes.</summary>
    public const int Steps = 3;

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// Makes a package. Throws <see cref="PackageException"/>, <see cref="FailedException"/> where the file is no program that runs here,
    /// <see cref="HostException"/> where this pvctl cannot be a runner, <see cref="IOException"/> and
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
            list = list with { Runs = RunsOf(listFile, list) };
        }
        else
        {
            isRunKnown = list.Unknown.Count == 0;
            list = isRunKnown || !request.WithSpelled ? list : SpelledNeeds.AddTo(list, request.Program, request.SystemFolder, progress.Add);
        }
        isRunKnown |= request.LearnFrom is not null;
        PackageLearning learning = PackageLearning.Of(request, list);
        list = learning.List;
        progress.Step("collecting files");
        PackageSources sources = new()
        {
            Program = request.Program,
            SystemFolder = request.SystemFolder,
            NlsFolder = SystemLibrary.DebianNlsFolder,
            SystemName = request.SystemFolder == SystemLibrary.DebianFolder ? "libwine" : request.SystemFolder,
            Made = GateModules.Build(),
            Files = request.Files,
            TouchedPages = learning.IsTouchedPagesOnly ? PackageFacts.TouchedPages(list) : null,
            Facts = [.. PackageFacts.Make(list, learning.Policy, request.SystemFolder)],
            Collected = bytes => progress.Add(bytes),
        };
        IReadOnlyList<PackedFile> files = PackageContents.Collect(sources, list);
        PackageManifest manifest = PackageContents.Describe(sources, files);
        progress.Step($"writing {Path.GetFileName(request.Output)}", new FileInfo(runner).Length + files.Sum(f => (long)f.Content.Length));
        Write(manifest, files, runner, request.Output, progress);
        return new MadePackage(manifest, new FileInfo(request.Output).Length, list.Modules[0].Sha256, isRunKnown);
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

    private static string Runner() => Environment.ProcessPath is { } self && Path.GetFileName(self) != "dotnet"
        ? self : throw new HostException("a package needs the native pvctl of packaging/build.sh: it is the package's runner");

    private static void Write(PackageManifest manifest, IReadOnlyList<PackedFile> files, string runner, string output, Progress progress)
    {
        Dictionary<string, PackedFile> byPath = files.ToDictionary(f => f.Path, StringComparer.Ordinal);
        WholeFile.Write(output, file =>
        {
            using FileStream own = File.OpenRead(runner);
            PackageWriter.Write(file, own, manifest, member => new MemoryStream(byPath[member.Path].Content.ToArray(), writable: false), progress.At);
            File.SetUnixFileMode(file.SafeFileHandle, Executable);
        });
    }
}
