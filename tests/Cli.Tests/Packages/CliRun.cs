using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Packages;

/// <summary>Runs pvctl in a home folder of its own.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public CliRun()
    {
        foreach (string folder in (string[])[Home, Work])
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>The home folder.</summary>
    public string Home => _scratch["home"];

    /// <summary>The working folder.</summary>
    public string Work => _scratch["work"];

    /// <summary>Folder of the user's packages.</summary>
    public string Packages => Path.Combine(Home, ".local/share/portablevirt/packages");

    /// <summary>Folder of the index.</summary>
    public string Index => Path.Combine(Home, ".local/share/portablevirt/index");

    /// <summary>The variables that lead to the home folder.</summary>
    public Dictionary<string, string?> Environment => new(StringComparer.Ordinal)
    {
        ["HOME"] = Home,
        ["XDG_DATA_HOME"] = null,
        ["XDG_CACHE_HOME"] = null,
        ["XDG_RUNTIME_DIR"] = null,
        ["TMPDIR"] = null,
        ["PORTABLEVIRT_SOCKET"] = _scratch["no-daemon"],
    };

    public void Dispose() => _scratch.Dispose();

    /// <summary>Runs pvctl.</summary>
    public Task<ProgramRun> RunAsync(params string[] arguments) => CommandAsync([PortableVirtCommand.Pvctl, .. arguments]);

    /// <summary>Runs any command.</summary>
    public Task<ProgramRun> CommandAsync(IReadOnlyList<string> command) => ProgramRunner.RunAsync(command, Work, Environment, limit: TimeSpan.FromMinutes(3));

    /// <summary>Runs pvctl, which must end with a code, and gives its standard output.</summary>
    public async Task<string> RequireAsync(int code, params string[] arguments)
    {
        ProgramRun run = await RunAsync(arguments);
        Assert.True(run.ExitCode == code && !run.TimedOut, run.Describe());
        return run.Output;
    }

    /// <summary>All files below the home folder.</summary>
    public string[] HomeFiles() => Directory.GetFiles(Home, "*", SearchOption.AllDirectories);
}
