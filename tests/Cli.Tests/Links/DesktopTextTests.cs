using PortableVirt.Cli.Links;
using PortableVirt.Desktop.Entries;

namespace PortableVirt.Cli.Tests.Links;

/// <summary>Quoting of the Desktop Entry Specification, its own examples among them.</summary>
public sealed class DesktopTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("100% sure", "\"100%% sure\"")]
    [InlineData("a\"b", "\"a\\\"b\"")]
    [InlineData("$x`y\\z", "\"\\$x\\`y\\\\z\"")]
    public void ArgumentsAreQuoted(string text, string quoted) => Assert.Equal(quoted, DesktopText.Argument(text));

    [Theory]
    [InlineData("  a b ", "\\s a b ")]
    [InlineData("one\ntwo\ttab\\", "one\\ntwo\\ttab\\\\")]
    [InlineData("bell\a", "bell")]
    public void ValuesAreEscaped(string text, string escaped) => Assert.Equal(escaped, DesktopText.Value(text));

    [Theory]
    [InlineData("  a\n\r\t\\ ü")]
    [InlineData("")]
    public void ValuesAreReadBack(string text) => Assert.Equal(text, DesktopText.Unescape(DesktopText.Value(text)));

    /// <summary>"\\\\$" is how a literal dollar ends up in a file, says the specification.</summary>
    [Fact]
    public void BothLayersTogether() => Assert.Equal("\"\\\\$\\\\\\\\\"", DesktopText.Value(DesktopText.Argument("$\\")));
}
