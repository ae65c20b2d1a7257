using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>"pvctl analyse" and "pvctl explain" on a guest program.</summary>
[Collection(GuestCollection.Name)]
public sealed class AnalyseTests(GuestFixture fixture)
{
    [Fact]
    public async Task ListHoldsWhatTheFilesNameAndWhatTheRunUsed()
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("process_info");
        string list = Path.Combine(scratch.Path, "x.list");
        await RunAsync(scratch.Path, "analyse", "--output", list, program);
        string[] lines = await File.ReadAllLinesAsync(list);
        Assert.Contains(lines, l => l.StartsWith("module kernel32.dll system ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("function process_info.exe import kernel32.dll ", StringComparison.Ordinal));
        Assert.Contains("used default module ntdll.dll", lines);
        Assert.Contains("used default call NtWriteFile kernelbase.dll", lines);
        Assert.Contains(@"used default file found C:\windows\system32\kernel32.dll", lines);
        Assert.Contains(lines, l => l.StartsWith(@"used default key found \REGISTRY\MACHINE\", StringComparison.OrdinalIgnoreCase));

        // A second scenario is added; the first stays as it was.
        await RunAsync(scratch.Path, "analyse", "--output", list, "--scenario", "again", program);
        string[] more = await File.ReadAllLinesAsync(list);
        Assert.Equal(lines.Where(l => l.StartsWith("used default", StringComparison.Ordinal)), more.Where(l => l.StartsWith("used default", StringComparison.Ordinal)));
        Assert.Contains("used again module ntdll.dll", more);

        string text = await RunAsync(scratch.Path, "explain", list, "kernelbase.dll");
        Assert.Contains("needed by ", text, StringComparison.Ordinal);
        Assert.Contains("run again: loaded", text, StringComparison.Ordinal);
        Assert.Contains("run default:", await RunAsync(scratch.Path, "explain", list), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARunTellsWhoAskedForWhat()
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("loader");
        string list = Path.Combine(scratch.Path, "x.list");
        await RunAsync(scratch.Path, "analyse", "--output", list, program);
        string[] lines = await File.ReadAllLinesAsync(list);
        Assert.Contains("used default load kernel32.dll start", lines);
        Assert.Contains("used default load dll_loader.dll loader.exe", lines);
        Assert.Contains("used default lookup loader.exe dll_loader.dll found add", lines);
        Assert.Contains("used default lookup loader.exe dll_loader.dll found #77", lines);
        Assert.Contains(lines, l => l.StartsWith("used default lookup loader.exe dll_loader.dll missing ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("used default folder found ", StringComparison.Ordinal));
        Assert.Contains("loaded, asked for by loader.exe", await RunAsync(scratch.Path, "explain", list, "dll_loader.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARunTellsOfSocketsAndOfCodeThatIsMade()
    {
        using ScratchFolder scratch = new();
        string list = Path.Combine(scratch.Path, "x.list");
        await RunAsync(scratch.Path, "analyse", "--output", list, await fixture.Checks.ProgramAsync("sockets"));
        string[] lines = await File.ReadAllLinesAsync(list);
        Assert.Contains(lines, l => l.StartsWith("used default socket bind 127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("used default socket listen 127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("used default socket connect 127.0.0.1:", StringComparison.Ordinal));
        list = Path.Combine(scratch.Path, "y.list");
        await RunAsync(scratch.Path, "analyse", "--output", list, await fixture.MustFail.ProgramAsync("system_call_gates"));
        lines = await File.ReadAllLinesAsync(list);
        Assert.Contains("used default code-maker system_call_gates.exe allocates", lines);
        Assert.Contains("used default code code-outside-modules", lines);
        Assert.Contains("used default gate-bytes code-outside-modules sysenter", lines);
        Assert.Contains(lines, l => l.StartsWith("used default gate system_call_gates.exe 0x", StringComparison.Ordinal) && l.EndsWith(" NtClose", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ProgramsMayHaveSpacesInTheirNames()
    {
        using ScratchFolder scratch = new();
        string program = Path.Combine(scratch.Path, "My 100% Program.exe");
        File.Copy(await fixture.Checks.ProgramAsync("process_info"), program);
        string list = Path.Combine(scratch.Path, "x.list");
        await RunAsync(scratch.Path, "analyse", "--output", list, program);
        await RunAsync(scratch.Path, "analyse", "--output", list, "--scenario", "again", program);
        Assert.Contains("program My 100% Program.exe", await File.ReadAllLinesAsync(list));
        Assert.Contains("My 100% Program.exe", await RunAsync(scratch.Path, "explain", list), StringComparison.OrdinalIgnoreCase);
        await RunAsync(scratch.Path, "pack", program, "--from-analysis", list, "--output", Path.Combine(scratch.Path, "app"));
    }

    [Fact]
    public async Task AListThatIsNoneIsRefusedAndLeftAlone()
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("process_info");
        string list = Path.Combine(scratch.Path, "x.list");
        await File.WriteAllTextAsync(list, "my diary\n");
        ProgramRun run = await ProgramRunner.RunAsync([PortableVirtCommand.Pvctl, "analyse", "--static", "--output", list, program], scratch.Path);
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("line 1", run.Error, StringComparison.Ordinal);
        Assert.Equal("my diary\n", await File.ReadAllTextAsync(list));
    }

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        ProgramRun run = await ProgramRunner.RunAsync([PortableVirtCommand.Pvctl, .. arguments], folder);
        Assert.True(run is { ExitCode: 0, TimedOut: false }, run.Describe());
        return run.Output;
    }
}
