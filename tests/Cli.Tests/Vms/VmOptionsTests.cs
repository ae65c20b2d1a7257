using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Tests.Vms;

/// <summary>Options of VMs under the daemon.</summary>
public sealed class VmOptionsTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("1048576", 1048576UL)]
    [InlineData("4K", 4096UL)]
    [InlineData("512m", 536870912UL)]
    [InlineData("2GiB", 2147483648UL)]
    [InlineData("7B", 7UL)]
    [InlineData("16777215T", 18446742974197923840UL)]
    public void SizesAreRead(string text, ulong bytes)
    {
        Assert.True(Size.TryParse(text, out ulong read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1M")]
    [InlineData("1.5G")]
    [InlineData("1X")]
    [InlineData("1XiB")]
    [InlineData("1MB")]
    [InlineData("16777216T")]
    [InlineData("18446744073709551616")]
    public void WhatIsNoSizeIsNot(string text) => Assert.False(Size.TryParse(text, out _));

    [Fact]
    public void LimitsAndRestartsAreRead()
    {
        Arguments arguments = Parse("--name", "web", "--memory", "64M", "--cpu", "150%", "--max-threads=32", "--restart", "on-failure:3", "--restart-delay", "0.25");
        Assert.Equal("web", VmOptions.ReadName(arguments));
        Assert.Equal(new VmLimits { MemoryBytes = 64 << 20, CpuPercent = 150, MaxThreads = 32 }, VmOptions.ReadLimits(arguments));
        Assert.Equal(new RestartPolicy { Mode = RestartMode.OnFailure, MaxRestarts = 3, DelayMilliseconds = 250 }, VmOptions.ReadRestart(arguments));
        Assert.Equal(new VmLimits(), VmOptions.ReadLimits(Parse()));
        Assert.Equal(new RestartPolicy(), VmOptions.ReadRestart(Parse()));
    }

    [Theory]
    [InlineData("--memory", "1M")]
    [InlineData("--memory", "much")]
    [InlineData("--cpu", "0")]
    [InlineData("--cpu", "100001")]
    [InlineData("--max-threads", "15")]
    [InlineData("--max-threads", "99999999999")]
    [InlineData("--restart", "sometimes")]
    [InlineData("--restart", "never:3")]
    [InlineData("--restart", "always:0")]
    [InlineData("--restart-delay", "0")]
    [InlineData("--restart-delay", "-1")]
    [InlineData("--restart-delay", "NaN")]
    public void WhatIsOutOfRangeIsRefused(string option, string value)
    {
        Arguments arguments = Parse(option, value);
        UsageException refused = Assert.Throws<UsageException>(() => _ = (VmOptions.ReadLimits(arguments), VmOptions.ReadRestart(arguments)));
        Assert.StartsWith(option, refused.Message, StringComparison.Ordinal);
    }

    private static Arguments Parse(params string[] words) => Arguments.Parse([.. VmOptions.Limits, .. VmOptions.Restarts], words, optionsFirst: true);
}
