using System.Globalization;
using PortableVirt.Analysis.Needs;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Packages;
using PortableVirt.Emulation.Loader;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl pack.</summary>
public sealed class PackVerb : Verb
{
    private const string DebianNls = "/usr/share/wine/nls";

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

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
        new("--output", "APP", "the file to make"),
        new("--from-analysis", "LIST", "a list that pvctl analyse made; without one only what the program's files name goes in"),
        new("--files", "PATTERN", "more files beside the program, relative to its folder", Repeatable: true),
        new("--system-libraries", "FOLDER", "take Windows DLLs from there instead of libwine"),
    ];

    /// <inheritdoc/>
    public override string Notes => """
        APP runs on any x86-64 Linux with glibc and /dev/kvm; nothing else need be installed there. All its arguments go to the program; the working folder
        is granted to it. PORTABLEVIRT_DATA=FOLDER keeps its C: drive and registry. "unzip -l APP" shows what is inside.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 1)
        {
            throw new UsageException("which program?");
        }
        string output = Path.GetFullPath(arguments.Value("--output") ?? throw new UsageException("--output APP is missing: the file to make"));
        string program = Path.GetFullPath(arguments.Operands[0]);
        string runner = Environment.ProcessPath is { } self && Path.GetFileName(self) != "dotnet"
            ? self : throw new UsageException("pack needs the native pvctl of packaging/build.sh: it is the runner of the package");
        try
        {
            Pack(arguments, program, runner, output);
            return Task.FromResult(0);
        }
        catch (Exception e) when (e is PackageException or FormatException)
        {
            Console.Error.WriteLine("pvctl: " + e.Message);
            return Task.FromResult(ExitCodes.Failed);
        }
    }

    private static void Pack(Arguments arguments, string program, string runner, string output)
    {
        string systemFolder = Path.GetFullPath(arguments.Value("--system-libraries") ?? SystemLibrary.DebianFolder);
        NeedList list = AnalyseVerb.AnalyzeFiles(program, systemFolder, out Analysis.Pe.PeError? error) ?? throw new PackageException(error!.Describe(program));
        if (arguments.Value("--from-analysis") is { } listFile)
        {
            NeedList given = NeedListText.Read(File.ReadAllText(listFile));
            if (given.Modules.FirstOrDefault()?.Sha256 != list.Modules[0].Sha256)
            {
                throw new PackageException($"{listFile} is the list of another program ({given.Program}), or of an older version: run pvctl analyse again");
            }
            list = list with { Runs = given.Runs };
        }
        else if (list.Unknown.Count != 0)
        {
            Console.Error.WriteLine("pvctl: no run is known: DLLs that the program loads by name are not in the package (pvctl analyse records them, --from-analysis takes them in)");
        }
        PackageSources sources = new()
        {
            Program = program,
            SystemFolder = systemFolder,
            NlsFolder = DebianNls,
            SystemName = systemFolder == SystemLibrary.DebianFolder ? "libwine" : systemFolder,
            Made = GateModules.Build(),
            Files = arguments.Values("--files"),
        };
        IReadOnlyList<PackedFile> files = PackageContents.Collect(sources, list);
        PackageManifest manifest = PackageContents.Describe(sources, files);
        Write(manifest, files, runner, output);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {new FileInfo(output).Length / 1048576.0:F1} MiB, {files.Count} files, id {manifest.Id[..16]}"));
    }

    private static void Write(PackageManifest manifest, IReadOnlyList<PackedFile> files, string runner, string output)
    {
        string temporary = $"{output}.{Environment.ProcessId}.new";
        Dictionary<string, PackedFile> byPath = files.ToDictionary(f => f.Path, StringComparer.Ordinal);
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.ReadWrite))
            using (FileStream own = File.OpenRead(runner))
            {
                PackageWriter.Write(stream, own, manifest, member => new MemoryStream(byPath[member.Path].Content.ToArray(), writable: false));
                stream.Flush(flushToDisk: true);
                File.SetUnixFileMode(stream.SafeFileHandle, Executable);
            }
            File.Move(temporary, output, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
