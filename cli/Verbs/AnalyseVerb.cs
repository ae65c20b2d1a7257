using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Needs;
using PortableVirt.Analysis.Pe;
using PortableVirt.Cell;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Runs;
using PortableVirt.Desktop.Files;
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
        new("--output", "FILE", "write the list there instead of PROGRAM.exe.list; runs in an older list of it are kept") { Short = "-o" },
        new("--pages", null, "record which pages of programs and DLLs are touched, for pvctl pack --touched-pages; slower"),
        new("--scenario", "NAME", "name of this run in the list (default); runs of one name add up"),
        .. RunOptions.Table.Where(o => _runOptions.Contains(o.Name)),
        Option.Json,
    ];

    /// <inheritdoc/>
    public override string Notes => """
        The list is text, one fact a line, made to be read and compared with diff. "pvctl explain LIST" sums it up.
        Exit code 0 when the list was written, whatever the program's own; 125 to 127 as those of pvctl run.
        With --json the program's standard output goes to standard error.
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
        bool json = arguments.Has(Option.Json.Name);
        IReadOnlyList<RunRecord> runs = ReadRuns(output);
        if (!File.Exists(program))
        {
            throw new FailedException($"{program} does not exist: check the path", ExitCodes.NotFound);
        }
        NeedList list = AnalyzeFiles(program, options.SystemLibraryFolder ?? SystemLibrary.DebianFolder);
        RunOutcome? outcome = null;
        if (!arguments.Has("--static"))
        {
            UseRecorder recorder = new() { RecordsPages = arguments.Has("--pages") };
            using MachineStart machine = MachineStart.Begin(KvmAccess.Open);
            // With --json standard output is the result's alone.
            outcome = EmbeddedRun.Run(
                options with
                {
                    Recorder = recorder,
                    StdOut = json ? options.StdErr : options.StdOut,
                    Cell = new RunCell { Paths = [new CellPath(Path.GetDirectoryName(output)!, CellPathUse.Change)] },
                },
                machine);
            if (outcome.Failure is not null && recorder.Facts.Count == 0)
            {
                throw new FailedException(outcome.Failure, outcome.ExitCode);
            }
            RunRecord run = runs.FirstOrDefault(r => r.Scenario == scenario) ?? new RunRecord(scenario, []);
            runs = [.. runs.Where(r => r.Scenario != scenario).Append(run.Add(recorder.Facts)).OrderBy(r => r.Scenario, StringComparer.Ordinal)];
        }
        list = list with { Runs = runs };
        WholeFile.Write(output, NeedListText.Write(list));
        if (json)
        {
            Console.Out.Write(ToJson(output, list, outcome));
        }
        else
        {
            string ended = outcome is null ? "not run"
                : $"the program ended with {outcome.ExitCode.ToString(CultureInfo.InvariantCulture)}{(outcome.Failure is null ? "" : ", " + outcome.Failure)}";
            Console.Error.WriteLine($"{output}: {list.Modules.Count} modules, {list.Functions.Count} functions, {list.Runs.Sum(r => r.Facts.Count)} facts of runs; {ended}");
        }
        return Task.FromResult(0);
    }

    internal static NeedList? AnalyzeFiles(string program, string systemFolder, out PeError? error, Action<long>? progress = null)
    {
        using MappedFile file = MappedFile.Open(program);
        if (!PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out error) || (error = PeProgram.Check(image)) is not null)
        {
            return null;
        }
        using FolderResolver resolver = new(Path.GetDirectoryName(program)!, systemFolder, GateModules.Build(), GateModules.AddedExports);
        return StaticAnalyzer.Analyze(image, Path.GetFileName(program), resolver, progress);
    }

    private static NeedList AnalyzeFiles(string program, string systemFolder)
    {
        using Progress progress = new(1);
        progress.Step($"looking at {Path.GetFileName(program)}");
        return AnalyzeFiles(program, systemFolder, out PeError? error, progress.Add) ?? throw new FailedException(error!.Describe(program), ExitCodes.CannotRun);
    }

    private static IReadOnlyList<RunRecord> ReadRuns(string output)
    {
        try
        {
            return File.Exists(output) ? NeedListText.Read(File.ReadAllText(output)).Runs : [];
        }
        catch (FormatException e)
        {
            throw new FailedException($"{output}: {e.Message}; move the file away, or name another with --output", ExitCodes.Failed);
        }
    }

    private static string ToJson(string output, NeedList list, RunOutcome? outcome) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("list", output);
        writer.WriteString("program", list.Program);
        writer.WriteString("programSha256", list.Modules[0].Sha256);
        writer.WriteNumber("modules", list.Modules.Count);
        writer.WriteNumber("functions", list.Functions.Count);
        writer.WriteNumber("gates", list.Gates.Count);
        writer.WriteStartArray("runs");
        foreach (RunRecord run in list.Runs)
        {
            writer.WriteStartObject();
            writer.WriteString("scenario", run.Scenario);
            writer.WriteNumber("facts", run.Facts.Count);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WritePropertyName("ended");
        if (outcome is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            StatusReport.Write(writer, outcome);
        }
        writer.WriteEndObject();
    });
}
