using PortableVirt.Cli.Doctor;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.V1;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Doctor;

/// <summary>What "pvctl doctor" makes of hosts that are not this one.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("cpuset cpu io memory pids\n", FindingLevel.Ok, "version 2")]
    [InlineData("cpu\n", FindingLevel.Warning, "without memory, pids")]
    [InlineData("", FindingLevel.Warning, "without memory, cpu, pids")]
    public void Version2OfControlGroupsHasItsControllers(string controllers, FindingLevel level, string part)
    {
        File.WriteAllText(_scratch["cgroup.controllers"], controllers);
        Require(Assert.Single(new GroupCheck(_scratch.Path).Run(null)), level, part);
    }

    [Theory]
    [InlineData("memory", "version 1")]
    [InlineData("other", "none")]
    public void OtherControlGroupsAreToldWithWhatToDo(string folder, string part)
    {
        Directory.CreateDirectory(_scratch[folder]);
        Require(Assert.Single(new GroupCheck(_scratch.Path).Run(null)), FindingLevel.Warning, part);
    }

    [Theory]
    [InlineData("", "memory cpu pids", "", FindingLevel.Ok, FindingLevel.Ok, "with memory, cpu and pids")]
    [InlineData("", "cpu", "", FindingLevel.Warning, FindingLevel.Ok, "/vms, without memory, pids")]
    [InlineData("no group at /vms", "", "no group at /vms", FindingLevel.Warning, FindingLevel.Warning, "no group at /vms")]
    [InlineData("", "memory cpu pids", "not permitted", FindingLevel.Ok, FindingLevel.Warning, "with memory, cpu and pids")]
    public void TheDaemonsControlGroupsAreTold(string problem, string controllers, string loopback, FindingLevel level, FindingLevel loopbackLevel, string part)
    {
        File.WriteAllText(_scratch["cgroup.controllers"], "memory cpu pids\n");
        GroupInfo info = new() { Folder = "/vms", Problem = problem, LoopbackProblem = loopback, Controllers = { controllers.Split(' ', StringSplitOptions.RemoveEmptyEntries) } };
        Finding[] findings = [.. new GroupCheck(_scratch.Path).Run(info)];
        Assert.Equal(2, findings.Length);
        Require(findings[0], level, part);
        Require(findings[1], loopbackLevel, loopback);
    }

    [Fact]
    public void AHostWithoutVersion2IsWhatTheDaemonLacks()
    {
        Directory.CreateDirectory(_scratch["memory"]);
        Finding finding = new GroupCheck(_scratch.Path).Run(new GroupInfo { Folder = "/vms", Problem = "there is none", LoopbackProblem = "there is none" }).First();
        Require(finding, FindingLevel.Warning, "version 1");
        Assert.Contains("unified_cgroup_hierarchy", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatIsNotThereYetIsLookedAtWhereItWouldBe()
    {
        Finding finding = FolderCheck.Look("data folder", _scratch["not/yet/there"], "XDG_DATA_HOME");
        Assert.NotEqual(FindingLevel.Problem, finding.Level);
        Assert.Contains("free", finding.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.Path));
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsTold() => Require(FolderCheck.Look("data folder", "/proc/self", "XDG_DATA_HOME"), FindingLevel.Warning, "cannot be written");

    [Fact]
    public void NoHomeIsTold() => Require(FolderCheck.Look("data folder", null, "XDG_DATA_HOME"), FindingLevel.Warning, "none is known");

    [Fact]
    public void AnotherVersionIsToldWithHowToStartItAgain()
    {
        Assert.Equal(FindingLevel.Ok, Versions.Compare("daemon", ProductVersion.Text, "here", "restart").Level);
        Finding other = Versions.Compare("daemon", "0.0.9", "here", "restart it");
        Require(other, FindingLevel.Warning, "0.0.9");
        Assert.Equal("restart it", other.Remedy);
    }

    private static void Require(Finding finding, FindingLevel level, string part)
    {
        Assert.Equal(level, finding.Level);
        Assert.Contains(part, finding.Text, StringComparison.Ordinal);
        Assert.True(level == FindingLevel.Ok || finding.Remedy.Length != 0, "a finding says what to do");
    }
}
