using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>The modes of --network, as a program sees them. Nothing is sent beyond this computer.</summary>
[Collection(GuestCollection.Name)]
public sealed class NetworkModeTests(GuestFixture fixture)
{
    [Theory]
    [InlineData("none", "policy")]
    [InlineData("loopback", "policy")]
    [InlineData("host", "six", "event", "name", "interface")]
    public async Task AProgramSeesWhatTheModeOpens(string mode, params string[] groups)
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.Checks.ProgramAsync("sockets_options");
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run(["--network", mode, "--env", $"PV_NETWORK={mode}"], executable, groups), scratch.Path);
        Assert.NotEmpty(CheckReport.RequireClean(run).Passed);
    }

    [Fact]
    public async Task OtherModesAreRefused()
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.Checks.ProgramAsync("sockets_options");
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run(["--network", "lan"], executable, []), scratch.Path);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("none, loopback or host", run.Error, StringComparison.Ordinal);
    }
}
