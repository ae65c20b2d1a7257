using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>"pvctl pack": the packed program runs alone, in a root folder that holds the C library and /dev/kvm and has never seen libwine or .NET.</summary>
[Collection(GuestCollection.Name)]
public sealed class PackTests(GuestFixture fixture)
{
    [Fact]
    public async Task APackedProgramRunsInAnEmptyRoot()
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("sync");
        string list = Path.Combine(scratch.Path, "x.list");
        string root = Path.Combine(scratch.Path, "root");
        Directory.CreateDirectory(root);
        string app = Path.Combine(root, "app");
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "analyse", "--output", list, program);
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, "--output", app, program);

        // unshare needs no rights that the caller has not got when it may make user namespaces; test runs are mostly root anyway.
        string script = $"""
            set -e
            for library in $(ldd {app} | grep -o '/[^ ]*'); do mkdir -p {root}$(dirname $library); cp -L $library {root}$library; done
            mkdir -p {root}/dev {root}/proc {root}/tmp
            touch {root}/dev/kvm {root}/dev/null
            mount --bind /dev/kvm {root}/dev/kvm
            mount --bind /dev/null {root}/dev/null
            mount --bind /proc {root}/proc
            exec chroot {root} /app
            """;
        ProgramRun run = await ProgramRunner.RunAsync(["unshare", "--mount", "bash", "-c", script], scratch.Path, limit: TimeSpan.FromMinutes(2));
        CheckReport packed = CheckReport.RequireClean(run);
        ProgramRun direct = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], program, []), scratch.Path);
        Assert.Equal(CheckReport.RequireClean(direct).Passed, packed.Passed);
    }

    [Fact]
    public async Task TheListOfAnotherProgramIsRefused()
    {
        using ScratchFolder scratch = new();
        string list = Path.Combine(scratch.Path, "x.list");
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "analyse", "--static", "--output", list, await fixture.Checks.ProgramAsync("sync"));
        string app = Path.Combine(scratch.Path, "app");
        ProgramRun run = await ProgramRunner.RunAsync(
            [PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, "--output", app, await fixture.Checks.ProgramAsync("files")], scratch.Path);
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("another program", run.Error, StringComparison.Ordinal);
        Assert.Equal([list], Directory.GetFiles(scratch.Path));
    }

    private static async Task RequireAsync(string folder, params string[] command)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, folder);
        Assert.True(run is { ExitCode: 0, TimedOut: false }, run.Describe());
    }
}
