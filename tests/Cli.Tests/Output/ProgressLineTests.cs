using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Tests.Output;

public sealed class ProgressLineTests
{
    [Fact]
    public void StepsBytesAndRate()
    {
        ProgressLine line = new(2, 3, "writing app", 5 << 20, 20 << 20, TimeSpan.FromSeconds(0.5));
        Assert.Equal("[2/3] writing app  5.0 MiB of 20.0 MiB  25%  10.0 MiB/s", line.Format(200));
        Assert.Equal("[2/3] wri", line.Format(9));
        Assert.Equal("waiting", new ProgressLine(0, 3, "waiting", 0, 0, TimeSpan.Zero).Format(200));
        Assert.Equal("[1/3] looking", new ProgressLine(1, 3, "looking", 0, 0, TimeSpan.Zero).Format(200));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData((1 << 20) - 1, "1.0 MiB")]
    [InlineData(long.MaxValue, "8388608.0 TiB")]
    public void Sizes(long bytes, string text) => Assert.Equal(text, Size.Of(bytes));
}
