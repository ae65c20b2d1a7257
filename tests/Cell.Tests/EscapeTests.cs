using PortableVirt.Tests.Support;

namespace PortableVirt.Cell.Tests;

/// <summary>A VM-app that was taken over tries to leave its cell, by every way of tests/TakenOver: each must fail, or end the process with the call's name.</summary>
public sealed class EscapeTests : IDisposable
{
    /// <summary>128 + SIGSYS.</summary>
    private const int BadSystemCall = 159;

    private static readonly GuestBuild _programs = new("MustFail");
    private readonly TakenOverRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Escapes_that_fail_leave_nothing_behind()
    {
        string[] names = [.. (await TakenOverRun.EscapesAsync()).Where(e => !e.EndsProcess && !e.NeedsDaemon).Select(e => e.Name)];
        Assert.True(names.Length >= 60, $"{names.Length} escapes");
        ProgramRun run = await _run.RunEmbeddedAsync(await _programs.ProgramAsync("host_files"), names);
        Assert.True(run.ExitCode == 0, run.Describe());
        AssertDenied(run, names);
        Assert.Equal("secret", await File.ReadAllTextAsync(_run.Secret));
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_run.Secrets).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Forbidden_system_calls_end_the_process()
    {
        string program = await _programs.ProgramAsync("host_files");
        string[] names = [.. (await TakenOverRun.EscapesAsync()).Where(e => e.EndsProcess).Select(e => e.Name)];
        Assert.True(names.Length >= 60, $"{names.Length} escapes");
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (name, _) =>
        {
            ProgramRun run = await _run.RunEmbeddedAsync(program, [name]);
            Assert.True(run.ExitCode == BadSystemCall && run.Output == $"{name} TRIED\n", $"{name}: {run.Describe()}");
            // A call of another convention ends at once; all others are named first.
            Assert.True(name == "call-of-x32" || run.Error.StartsWith("pvctl: the VM's cell ended it: system call ", StringComparison.Ordinal), $"{name}: {run.Describe()}");
        });
    }

    [Fact]
    public async Task The_report_names_number_and_call()
    {
        ProgramRun run = await _run.RunEmbeddedAsync(await _programs.ProgramAsync("host_files"), ["mount"]);
        Assert.Equal("pvctl: the VM's cell ended it: system call 165 (mount)\n", run.Error);
        run = await _run.RunEmbeddedAsync(await _programs.ProgramAsync("host_files"), ["unknown-call"]);
        Assert.Equal("pvctl: the VM's cell ended it: system call 470 or more (unknown)\n", run.Error);
    }

    internal static void AssertDenied(ProgramRun run, IEnumerable<string> names)
    {
        string[] lines = [.. run.Output.Split('\n').Where(line => line.Length != 0 && !line.EndsWith(" TRIED", StringComparison.Ordinal))];
        Assert.All(lines, line => Assert.Contains(" DENIED ", line, StringComparison.Ordinal));
        Assert.Equal(names, lines.Select(line => line.Split(' ')[0]));
    }
}
