using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>
/// What a guest must not be able to do, one protection a test. The guest programs catch what they provoke and report
/// named checks; unhandled attempts must end the program with their exception.
/// </summary>
[Collection(GuestCollection.Name)]
public sealed class MustFailTests(GuestFixture fixture)
{
    public static TheoryData<string> Attempts => [.. UnhandledAttempt.All.Select(attempt => attempt.Name)];

    [Theory]
    [InlineData("instructions")]
    [InlineData("memory_bounds")]
    [InlineData("system_call_gates")]
    [InlineData("system_call_pointers")]
    public async Task GuestIsRefused(string program)
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.MustFail.ProgramAsync(program);
        CheckReport.RequireClean(await ProgramRunner.RunAsync(PortableVirtCommand.Run([], executable, []), scratch.Path));
    }

    [Fact]
    public async Task CodeThatIsRewrittenIsWhatRuns()
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.MustFail.ProgramAsync("unseen");
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run(["--stats"], executable, ["code", "views"]), scratch.Path);
        CheckReport.RequireClean(run);
        Assert.Matches("\"pagesToCode\":2[0-9][0-9],\"pagesToData\":199,", run.Error);
    }

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task UnhandledExceptionEndsTheProgram(string name)
    {
        UnhandledAttempt attempt = UnhandledAttempt.All.Single(candidate => candidate.Name == name);
        using ScratchFolder scratch = new();
        string executable = await fixture.MustFail.ProgramAsync("unhandled");
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], executable, [name]), scratch.Path);
        Assert.DoesNotContain("survived", run.Output, StringComparison.Ordinal);
        Assert.True(attempt.Statuses.Any(status => IsEndBy(run, status)), $"Expected {Hex(attempt.Statuses)}: {run.Describe()}");
    }

    [Fact]
    public async Task ACrashReportNamesAddressRegistersStackAndModules()
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.MustFail.ProgramAsync("unhandled");
        await ProgramRunner.RunAsync(PortableVirtCommand.Run(["--crash-report", scratch["report"]], executable, ["read-null"]), scratch.Path);
        string report = await File.ReadAllTextAsync(scratch["report"]);
        Assert.Contains("access violation", report, StringComparison.Ordinal);
        Assert.Contains("reading address 0000000000000004", report, StringComparison.Ordinal);
        Assert.Matches("(?m)^rip [0-9a-f]{16} rsp [0-9a-f]{16}", report);
        Assert.Matches(@"(?m)^  \+[0-9a-f]{3} [0-9a-f]{16} unhandled\.exe\+0x", report);
        Assert.Contains("ntdll.dll", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesThatWereNotGrantedDoNotExist()
    {
        using HostFolders folders = new();
        ProgramRun run = await RunHostFilesAsync(folders, folders.Working, [], ["granted", "system", "outside"]);
        CheckReport.RequireClean(run);
        folders.RequireOutsideUntouched();
    }

    [Fact]
    public async Task ReadOnlyGrantIsReadOnly()
    {
        using HostFolders folders = new();
        CheckReport.RequireClean(await RunHostFilesAsync(folders, folders.Working, ["--private", "--grant", $"{folders.Working}:ro"], ["read-only"]));
        folders.RequireWorkingUntouched();
    }

    [Fact]
    public async Task PrivateRunHasNoHostFiles()
    {
        using HostFolders folders = new();
        CheckReport.RequireClean(await RunHostFilesAsync(folders, folders.Working, ["--private"], ["private", "system"]));
        folders.RequireWorkingUntouched();
        folders.RequireOutsideUntouched();
    }

    private async Task<ProgramRun> RunHostFilesAsync(HostFolders folders, string workingFolder, string[] options, string[] groups)
    {
        string executable = await fixture.MustFail.ProgramAsync("host_files");
        return await ProgramRunner.RunAsync(
            PortableVirtCommand.Run(options, executable, groups),
            workingFolder,
            new Dictionary<string, string?> { ["PV_OUTSIDE"] = folders.Outside });
    }

    private static bool IsEndBy(ProgramRun run, uint status) =>
        run.ExitCode == (int)(status & 0xFF) && run.Error.Contains(status.ToString("X8"), StringComparison.OrdinalIgnoreCase);

    private static string Hex(IEnumerable<uint> statuses) => string.Join(" or ", statuses.Select(status => $"0x{status:X8}"));
}
