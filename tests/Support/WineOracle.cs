namespace PortableVirt.Tests.Support;

/// <summary>Debian's Wine with a prefix of its own, started once: the oracle for guest programs.</summary>
public sealed class WineOracle : IAsyncDisposable
{
    private const string Wine = "/usr/lib/wine/wine64";

    /// <summary>Wine's server.</summary>
    public const string Server = "/usr/lib/wine/wineserver";
    private readonly ScratchFolder _prefix = new();
    private readonly Lazy<Task> _start;

    /// <summary>An oracle that starts when it is first asked.</summary>
    public WineOracle() => _start = new Lazy<Task>(StartAsync);

    /// <summary>The variables of a Wine that draws nothing, says nothing and marks itself as the oracle.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["WINEPREFIX"] = _prefix.Path,
        ["WINEDEBUG"] = "-all",
        ["WINEDLLOVERRIDES"] = "winedbg.exe=d;mscoree=d;mshtml=d",
        ["PV_ORACLE"] = "wine",
        ["DISPLAY"] = null,
    };

    /// <summary>The command that runs a Windows program, once <see cref="StartedAsync"/> is done.</summary>
    public static IReadOnlyList<string> Run(string program, IEnumerable<string> arguments) => [Wine, program, .. arguments];

    /// <summary>Makes the prefix and starts the server, the first time.</summary>
    /// <exception cref="InvalidOperationException">Wine is not installed, or its prefix cannot be made.</exception>
    public Task StartedAsync() => _start.Value;

    /// <summary>Runs a Windows program.</summary>
    /// <exception cref="InvalidOperationException">Wine is not installed.</exception>
    public async Task<ProgramRun> RunAsync(string program, IEnumerable<string> arguments, string workingFolder, IReadOnlyDictionary<string, string>? variables = null, TimeSpan? limit = null)
    {
        await StartedAsync();
        Dictionary<string, string?> environment = new(Environment);
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }
        return await ProgramRunner.RunAsync(Run(program, arguments), workingFolder, environment, limit: limit);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_start.IsValueCreated && File.Exists(Server))
        {
            await ProgramRunner.RunAsync([Server, "-k", "-w"], _prefix.Path, Environment);
        }

        _prefix.Dispose();
    }

    private async Task StartAsync()
    {
        if (!File.Exists(Wine))
        {
            throw new InvalidOperationException($"{Wine} does not exist: install Debian's package wine64, the tests' oracle.");
        }

        // Without -p the server, and every service with it, would end and start again between two programs.
        await ProgramRunner.RunAsync(["sh", "-c", $"exec {Server} -p </dev/null >/dev/null 2>&1"], _prefix.Path, Environment);
        ProgramRun boot = await ProgramRunner.RunAsync([Wine, "wineboot", "-i"], _prefix.Path, Environment, limit: TimeSpan.FromMinutes(3));
        if (boot.ExitCode != 0)
        {
            throw new InvalidOperationException($"Wine's prefix could not be made: {boot.Describe()}");
        }
    }
}
