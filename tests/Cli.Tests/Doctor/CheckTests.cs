using PortableVirt.Cli.Doctor;
using PortableVirt.Cli.Output;
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
        Require(new GroupCheck(_scratch.Path).Run(), level, part);
    }

    [Theory]
    [InlineData("memory", "version 1")]
    [InlineData("other", "none")]
    public void OtherControlGroupsAreToldWithWhatToDo(string folder, string part)
    {
        Directory.CreateDirectory(_scratch[folder]);
        Require(new GroupCheck(_scratch.Path).Run(), FindingLevel.Warning, part);
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
