using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Control.Tests.Protocol;

/// <summary>The headers of gRPC that carry encoded values.</summary>
public sealed class HeaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text", "plain text")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("ž", "%C5%BE")]
    public void Status_messages_are_percent_encoded(string text, string header)
    {
        Assert.Equal(header, StatusMessage.Encode(text));
        Assert.Equal(text, StatusMessage.Decode(header));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%41%", "A%")]
    public void Broken_escapes_stay(string header, string text) => Assert.Equal(text, StatusMessage.Decode(header));

    [Fact]
    public void Long_status_messages_are_cut() => Assert.InRange(StatusMessage.Encode(new string('ž', 100_000)).Length, 4096, 4100);

    [Theory]
    [InlineData("0n", 0)]
    [InlineData("1n", 1)]
    [InlineData("5u", 50)]
    [InlineData("99999999m", 999_999_990_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("99999999H", 3_599_999_964_000_000_000)]
    public void Timeouts_are_read(string header, long ticks)
    {
        Assert.True(TimeoutHeader.TryDecode(header, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("1s")]
    [InlineData("123456789S")]
    [InlineData("١S")]
    public void What_is_no_timeout_is_refused(string header) => Assert.False(TimeoutHeader.TryDecode(header, out _));

    [Fact]
    public void Timeouts_survive_their_encoding()
    {
        foreach (TimeSpan timeout in new[] { TimeSpan.FromTicks(10), TimeSpan.FromSeconds(1.5), TimeSpan.FromDays(365) })
        {
            Assert.True(TimeoutHeader.TryDecode(TimeoutHeader.Encode(timeout), out TimeSpan decoded));
            Assert.InRange(decoded / timeout, 1.0, 1.001);
        }

        Assert.Equal("0n", TimeoutHeader.Encode(TimeSpan.FromSeconds(-1)));
    }
}
