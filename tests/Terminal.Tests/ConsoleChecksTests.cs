using PortableVirt.Terminal.Tests.Pty;
using PortableVirt.Tests.Support;

namespace PortableVirt.Terminal.Tests;

/// <summary>The named checks of the console program pass on a terminal under the oracle and under PortableVirt.</summary>
[Collection(TerminalCollection.Name)]
public sealed class ConsoleChecksTests
{
    private const int Checks = 111;

    [Fact]
    public async Task PassUnderPortableVirt()
    {
        using ScratchFolder scratch = new();
        RequireClean(await RunAsync(string.Join(' ', PortableVirtCommand.Run([], await TerminalPrograms.BuildAsync("console"), [])), scratch, null));
    }

    /// <summary>kernelbase.dll's connection to the console is made by the start then, not by its initialiser.</summary>
    [Fact]
    public async Task PassFromADeepLaunchImage()
    {
        using ScratchFolder scratch = new();
        string app = Path.Combine(scratch.Path, "app");
        ProgramRun pack = await ProgramRunner.RunAsync([PortableVirtCommand.Pvctl, "pack", "--deep", "--output", app, await TerminalPrograms.BuildAsync("console")], scratch.Path);
        Assert.True(pack.ExitCode == 0, pack.Describe());
        string stats = Path.Combine(scratch.Path, "stats");
        RequireClean(await RunAsync($"{app} --portablevirt-stats 2>{stats}", scratch, null));
        Assert.Contains("\"deepLaunchImage\":true", await File.ReadAllTextAsync(stats), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PassUnderWine()
    {
        using ScratchFolder scratch = new();
        await using WineOracle oracle = new();
        await oracle.StartedAsync();
        RequireClean(await RunAsync(string.Join(' ', WineOracle.Run(await TerminalPrograms.BuildAsync("console"), [])), scratch, oracle.Environment));
    }

    private static async Task<string[]> RunAsync(string command, ScratchFolder scratch, IReadOnlyDictionary<string, string?>? environment)
    {
        string results = Path.Combine(scratch.Path, "results");
        using TerminalSession session = TerminalSession.Start($"{command} >{results}", scratch.Path, environment);
        session.ExitCode();
        return await File.ReadAllLinesAsync(results);
    }

    private static void RequireClean(string[] lines)
    {
        Assert.DoesNotContain(lines, line => line.StartsWith("FAIL", StringComparison.Ordinal));
        Assert.Equal(Checks, lines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }
}
