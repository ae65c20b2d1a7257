using PortableVirt.VirtualLayer.Files;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class FilePolicyTests
{
    private readonly FilePolicy _policy = new([new FileGrant("/home/u/work", false), new FileGrant("/home/u/work/locked", true), new FileGrant("/data/one.txt", true)]);

    [Theory]
    [InlineData("/home/u/work", FileVerdictKind.Granted, "")]
    [InlineData("/home/u/work/a/b", FileVerdictKind.Granted, "a/b")]
    [InlineData("/HOME/U/WORK/a", FileVerdictKind.Granted, "a")]
    [InlineData("/home/u/workshop", FileVerdictKind.Hidden, "")]
    [InlineData("/home/u", FileVerdictKind.Passage, "")]
    [InlineData("/", FileVerdictKind.Passage, "")]
    [InlineData("/etc/passwd", FileVerdictKind.Hidden, "")]
    [InlineData("/data/two.txt", FileVerdictKind.Hidden, "")]
    public void VerdictsFollowTheGrants(string path, FileVerdictKind kind, string remainder)
    {
        FileVerdict verdict = _policy.Ask(path);
        Assert.Equal(kind, verdict.Kind);
        Assert.Equal(remainder, verdict.Remainder);
    }

    [Fact]
    public void TheLongestGrantDecides() => Assert.True(_policy.Ask("/home/u/work/locked/x").Grant!.ReadOnly);

    [Fact]
    public void PassagesShowOnlyTheWay()
    {
        Assert.Equal(["data", "home"], _policy.PassageChildren("/").Keys);
        Assert.Equal(["u"], _policy.PassageChildren("/home").Keys);
    }
}
