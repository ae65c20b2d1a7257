using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>
/// What a packed program gets when it needs something that its package's list does not hold, by the package's policy; and that the next package, made with what the
/// runs recorded, has it.
/// </summary>
[Collection(GuestCollection.Name)]
public sealed class UnseenTests(GuestFixture fixture)
{
    [Theory]
    [InlineData("", "library_denied", "library mscms.dll")]
    [InlineData("", "file_denied", "system file c_1254.nls")]
    [InlineData("", "call_given", "")]
    [InlineData("", "gate_given", "")]
    [InlineData("", "function_given", "")]
    [InlineData("library allow mscms.dll\nlibrary allow", "library_given", "")]
    [InlineData("file report c_1254.nls", "file_given", "")]
    [InlineData("system-call deny", "call_denied", "system call NtAllocateLocallyUniqueId")]
    [InlineData("function deny", "function_denied", "function kernel32.dll GetTickCount64")]
    [InlineData("gate deny", "gate_denied", "system-call instruction code-outside-modules")]
    [InlineData("code strict", "code", "")]
    [InlineData("code strict", "views", "")]
    public async Task ThePolicyDecides(string rules, string group, string told)
    {
        using ScratchFolder scratch = new();
        string app = await PackAsync(scratch, rules, [], []);
        ProgramRun run = await RunAppAsync(scratch, app, group);
        CheckReport.RequireClean(run);
        if (told.Length == 0)
        {
            Assert.DoesNotContain("is not in the package", run.Error, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(told + " is not in the package", run.Error, StringComparison.Ordinal);
            Assert.Contains("pvctl pack PROGRAM.exe --learn ", run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n'), line => line.Contains(told + " is not in the package", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task APageThatNoRunTouchedIsNotThereAndTheNextPackageHasIt()
    {
        using ScratchFolder scratch = new();
        string whole = await PackAsync(scratch, "", [], [], "whole");
        string app = await PackAsync(scratch, "", ["--pages"], ["--touched-pages"]);
        Assert.True(new FileInfo(app).Length < new FileInfo(whole).Length - (1 << 20), "leaving pages out makes the package smaller");
        CheckReport.RequireClean(await RunAppAsync(scratch, app, "base"));
        ProgramRun run = await RunAppAsync(scratch, app, "page_denied");
        CheckReport.RequireClean(run);
        Assert.Contains("code page unseen.exe 0x", run.Error, StringComparison.Ordinal);

        string better = Path.Combine(scratch.Path, "better");
        await RequireAsync(scratch, PortableVirtCommand.Pvctl, "pack", "--learn", app, "--output", better, await fixture.MustFail.ProgramAsync("unseen"));
        ProgramRun again = await RunAppAsync(scratch, better, "page_given");
        CheckReport.RequireClean(again);
        Assert.DoesNotContain("is not in the package", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagesOfLibrariesAreTakenFromThisComputerWhereThePolicyAllows()
    {
        using ScratchFolder scratch = new();
        string app = await PackAsync(scratch, "page allow", ["--pages"], ["--touched-pages"]);
        ProgramRun run = await RunAppAsync(scratch, app, "pages_of_libraries", tellAll: true);
        CheckReport.RequireClean(run);
        Assert.Contains("code page msvcrt.dll 0x", run.Error, StringComparison.Ordinal);
        Assert.Contains("given and recorded", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeniedLibraryIsInTheNextPackage()
    {
        using ScratchFolder scratch = new();
        string app = await PackAsync(scratch, "", [], []);
        CheckReport.RequireClean(await RunAppAsync(scratch, app, "library_denied"));
        string better = Path.Combine(scratch.Path, "better");
        await RequireAsync(scratch, PortableVirtCommand.Pvctl, "pack", "--learn", app, "--output", better, await fixture.MustFail.ProgramAsync("unseen"));
        ProgramRun run = await RunAppAsync(scratch, better, "base");
        CheckReport.RequireClean(run);
        ProgramRun list = await ProgramRunner.RunAsync(["unzip", "-l", better], scratch.Path);
        Assert.Contains("system/mscms.dll", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APolicyWithAnErrorIsRefusedWithLineAndRemedy()
    {
        using ScratchFolder scratch = new();
        string policy = Path.Combine(scratch.Path, "policy");
        await File.WriteAllTextAsync(policy, "PortableVirt Policy 1\nlibrary refuse\n");
        string app = Path.Combine(scratch.Path, "app");
        ProgramRun run = await ProgramRunner.RunAsync(
            [PortableVirtCommand.Pvctl, "pack", "--policy", policy, "--output", app, await fixture.MustFail.ProgramAsync("unseen")], scratch.Path);
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("line 2: \"refuse\" is no action: write \"library allow\"", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(app));
    }

    private async Task<string> PackAsync(ScratchFolder scratch, string rules, string[] analyse, string[] pack, string name = "app")
    {
        string program = await fixture.MustFail.ProgramAsync("unseen");
        string list = Path.Combine(scratch.Path, name + ".list");
        string policy = Path.Combine(scratch.Path, name + ".policy");
        string app = Path.Combine(scratch.Path, name);
        await File.WriteAllTextAsync(policy, $"PortableVirt Policy 1\n{rules}\n");
        await RequireAsync(scratch, [PortableVirtCommand.Pvctl, "analyse", .. analyse, "--output", list, "--", program, "base"]);
        await RequireAsync(scratch, [PortableVirtCommand.Pvctl, "pack", .. pack, "--from-analysis", list, "--policy", policy, "--output", app, program]);
        return app;
    }

    private static Task<ProgramRun> RunAppAsync(ScratchFolder scratch, string app, string group, bool tellAll = false) => ProgramRunner.RunAsync(
        [app, group], scratch.Path, new Dictionary<string, string?> { ["XDG_DATA_HOME"] = scratch["data"], ["PORTABLEVIRT_UNSEEN"] = tellAll ? "all" : null });

    private static async Task RequireAsync(ScratchFolder scratch, params string[] command)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, scratch.Path, new Dictionary<string, string?> { ["XDG_DATA_HOME"] = scratch["data"] });
        Assert.True(run is { ExitCode: 0, TimedOut: false }, run.Describe());
    }
}
