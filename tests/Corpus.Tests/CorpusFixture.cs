using System.Reflection;
using PortableVirt.Tests.Support;

namespace PortableVirt.Corpus.Tests;

/// <summary>The Windows programs that nobody here wrote, fetched once (tests/Corpus.Tests/fetch.sh).</summary>
public sealed class CorpusFixture : IAsyncLifetime
{
    private string _cache = "";

    /// <summary>Folder of the package Grpc.Tools that holds one folder a system, each with protoc and its plug-ins.</summary>
    public static string GrpcTools { get; } = typeof(CorpusFixture).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "GrpcTools").Value!;

    /// <summary>7-Zip's console program.</summary>
    public string SevenZip => Path.Combine(_cache, "7zip", "7za.exe");

    /// <summary>The Ninja build tool.</summary>
    public string Ninja => Path.Combine(_cache, "ninja", "ninja.exe");

    /// <summary>ripgrep.</summary>
    public string Ripgrep => Path.Combine(_cache, "ripgrep", "rg.exe");

    /// <summary>Copies to the clipboard and from it.</summary>
    public string Clipboard => Path.Combine(_cache, "clipboard", "clipboard_x86_64.exe");

    /// <summary>Google's Closure compiler, a GraalVM native image.</summary>
    public string Closure => Path.Combine(_cache, "closure", "compiler.exe");

    /// <summary>Shows notifications.</summary>
    public string Notifu => Path.Combine(_cache, "notifu", "notifu64.exe");

    /// <summary>A program of libwebp.</summary>
    public string Webp(string name) => Path.Combine(_cache, "webp", name + ".exe");

    /// <summary>Runs a program of the corpus and fails the test where it does not end with exit code 0.</summary>
    public static async Task<ProgramRun> RunAsync(string program, string workingFolder, params string[] arguments)
    {
        IReadOnlyList<string> command = PortableVirtCommand.Run([], program, arguments);
        ProgramRun run = await ProgramRunner.RunAsync(command, workingFolder, limit: TimeSpan.FromMinutes(2));
        Assert.True(run is { ExitCode: 0, TimedOut: false }, $"{string.Join(' ', command)}: {run.Describe()}");
        return run;
    }

    /// <summary>Runs a program of this host and fails the test where it does not end with exit code 0.</summary>
    public static async Task<ProgramRun> RunHostAsync(string workingFolder, params string[] command)
    {
        Assert.True(
            Path.IsPathRooted(command[0]) || ProgramRunner.IsOnPath(command[0]),
            $"{command[0]} is not installed; packaging/test.sh installs what the tests need.");
        ProgramRun run = await ProgramRunner.RunAsync(command, workingFolder);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', command)}: {run.Describe()}");
        return run;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        string script = Path.Combine(RepositoryPaths.Tests("Corpus.Tests"), "fetch.sh");
        ProgramRun fetch = await ProgramRunner.RunAsync(["bash", script], RepositoryPaths.Root, limit: TimeSpan.FromMinutes(10));
        Assert.True(fetch.ExitCode == 0, $"The corpus could not be fetched: {fetch.Describe()}");
        _cache = fetch.Output.Trim();
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}
