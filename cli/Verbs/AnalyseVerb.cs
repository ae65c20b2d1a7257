using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Needs;
using PortableVirt.Analysis.Pe;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Runs;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Recording;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl analyse.</summary>
public sealed class AnalyseVerb : Verb
{
    private static readonly string[] _runOptions = ["--grant", "--private", "--env", "--workdir", "--network", "--data", "--system-libraries"];

    /// <inheritdoc/>
    public override string Name => "analyse";

    /// <inheritdoc/>
    public override string Operands => "[--] PROGRAM.exe [arguments]";

    /// <inheritdoc/>
    public override string Summary => "Lists what a program needs of Windows, from its files and from a run";

    /// <inheritdoc/>
    public override bool OptionsFirst => true;

    /// <inheritdoc/>
    public override int FailureCode => ExitCodes.Failed;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new("--static", null, "look at the files only, run nothing"),
        new("--output", "FILE", "write the list there instead of PROGRAM.exe.list; runs in an older list of it are kept"),
        new("--scenario", "NAME", "name of this run in the list (default); runs of one name add up"),
        .. RunOptions.Table.Where(o => _runOptions.Contains(o.Name)),
    ];

    /// <inheritdoc/>
    public override string Notes => """
        The list is text, one fact a line, made to be read and compared with diff. "pvctl explain LIST" sums it up.
        Exit code 0 when the list was written, whatever the program's own; 125 to 127 as those of pvctl run.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        LaunchOptions options = RunOptions.Read(arguments);
        string scenario = arguments.Value("--scenario") ?? "default";
        if (!RunRecord.IsName(scenario))
        {
            throw new UsageException($"--scenario: \"{scenario}\" is no name: up to 64 letters, digits, '.', '_' and '-'");
        }
        string program = Path.GetFullPath(options.ProgramPath, options.WorkingFolder);
        string output = Path.GetFullPath(arguments.Value("--output") ?? Path.GetFileName(program) + ".list");
        try
        {
            IReadOnlyList<RunRecord> runs = File.Exists(output) ? NeedListText.Read(File.ReadAllText(output)).Runs : [];
            if (!File.Exists(program))
            {
                return Task.FromResult(Fail(ExitCodes.NotFound, $"{program} does not exist: check the path"));
            }
            NeedList? list = AnalyzeFiles(program, options.SystemLibraryFolder ?? SystemLibrary.DebianFolder, out PeError? error);
            if (list is null)
            {
                return Task.FromResult(Fail(ExitCodes.CannotRun, error!.Describe(program)));
            }
            string ended = "not run";
            if (!arguments.Has("--static"))
            {
                UseRecorder recorder = new();
                using SafeFileHandle kvm = KvmAccess.Open();
                RunOutcome outcome = EmbeddedRun.Run(options with { Recorder = recorder }, kvm);
                if (outcome.Failure is not null && recorder.Facts.Count == 0)
                {
                    return Task.FromResult(Fail(outcome.ExitCode, outcome.Failure));
                }
                ended = $"the program ended with {outcome.ExitCode.ToString(CultureInfo.InvariantCulture)}{(outcome.Failure is null ? "" : ", " + outcome.Failure)}";
                RunRecord run = runs.FirstOrDefault(r => r.Scenario == scenario) ?? new RunRecord(scenario, []);
                runs = [.. runs.Where(r => r.Scenario != scenario).Append(run.Add(recorder.Facts)).OrderBy(r => r.Scenario, StringComparer.Ordinal)];
            }
            list = list with { Runs = runs };
            WholeFile.Write(output, NeedListText.Write(list));
            Console.Error.WriteLine($"{output}: {list.Modules.Count} modules, {list.Functions.Count} functions, {list.Runs.Sum(r => r.Facts.Count)} facts of runs; {ended}");
            return Task.FromResult(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HostException)
        {
            return Task.FromResult(Fail(ExitCodes.Failed, e.Message));
        }
        catch (FormatException e)
        {
            return Task.FromResult(Fail(ExitCodes.Failed, $"{output}: {e.Message}; move the file away, or name another with --output"));
        }
    }

    internal static NeedList? AnalyzeFiles(string program, string systemFolder, out PeError? error)
    {
        using MappedFile file = MappedFile.Open(program);
        if (!PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out error) || (error = PeProgram.Check(image)) is not null)
        {
            return null;
        }
        using FolderResolver resolver = new(Path.GetDirectoryName(program)!, systemFolder, GateModules.Build(), GateModules.AddedExports);
        return StaticAnalyzer.Analyze(image, Path.GetFileName(program), resolver);
    }

    private static int Fail(int code, string text)
    {
        Console.Error.WriteLine("pvctl: " + text);
        return code;
    }
}
