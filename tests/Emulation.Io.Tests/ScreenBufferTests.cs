using PortableVirt.Emulation.Console;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class ScreenBufferTests
{
    private readonly ScreenBuffer _buffer = new(10, 4);

    [Theory]
    [InlineData("abc\r\nx", "abc|x||", 1, 1)]
    [InlineData("abc\x1b[2DX", "aXc|||", 2, 0)]
    [InlineData("1\n2\n3\n4\n5", "2|3|4|5", 1, 3)]
    [InlineData("0123456789", "0123456789|||", 9, 0)]
    [InlineData("0123456789a", "0123456789|a||", 1, 1)]
    [InlineData("abc\x1b[2;4Hz\x1b[1J", "|||", 4, 1)]
    [InlineData("a\x1b]0;title\ab", "ab|||", 2, 0)]
    [InlineData("漢字", "漢漢字字|||", 4, 0)]
    [InlineData("a\x1b[?1049hb\x1b[?1049lc", "ac|||", 2, 0)]
    [InlineData("1\n2\n3\n4\x1b[2;3r\x1b[3;1H\nx", "1|3|x|4", 1, 2)]
    [InlineData("abcdef\x1b[1;2H\x1b[2P", "adef|||", 1, 0)]
    [InlineData("e\x301!", "e!|||", 2, 0)]
    public void TextAndSequencesAreFollowed(string text, string rows, int column, int row)
    {
        _buffer.Interpreter.Follow(text);
        Assert.Equal(rows, string.Join('|', Enumerable.Range(0, 4).Select(Row)));
        Assert.Equal((column, row), (_buffer.Column, _buffer.Row));
    }

    [Theory]
    [InlineData("\x1b[31m", 4)]
    [InlineData("\x1b[1;32;44m", 0x1a)]
    [InlineData("\x1b[97m\x1b[101m", 0xcf)]
    [InlineData("\x1b[38;5;200m", 7)]
    [InlineData("\x1b[31m\x1b[m", 7)]
    public void ColoursAreFollowed(string text, int attributes)
    {
        _buffer.Interpreter.Follow(text);
        Assert.Equal(attributes, _buffer.Attributes);
    }

    [Fact]
    public void TheOriginIsKnownOnceTheScreenHasScrolled()
    {
        _buffer.StartAtBottom();
        _buffer.Interpreter.Follow("1\n2\n");
        Assert.False(_buffer.IsOriginKnown);
        _buffer.Interpreter.Follow("3\n");
        Assert.True(_buffer.IsOriginKnown);
    }

    [Fact]
    public void ASmallerWindowKeepsTheCursorsRow()
    {
        _buffer.Interpreter.Follow("1\n2\n3\n4");
        _buffer.Resize(5, 2);
        Assert.Equal("3|4", Row(0) + "|" + Row(1));
        Assert.Equal((1, 1), (_buffer.Column, _buffer.Row));
    }

    [Theory]
    [InlineData(437u, new byte[] { 0xc9, 0xcd, 0xbb }, "╔═╗")]
    [InlineData(1252u, new byte[] { 0xe4, 0x80 }, "ä€")]
    [InlineData(932u, new byte[] { 0x8a, 0xbf, 0x41 }, "漢A")]
    [InlineData(65001u, new byte[] { 0xe2, 0x82, 0xac }, "€")]
    public void CodePagesDecodeAStream(uint number, byte[] bytes, string expected)
    {
        CodePageTable table = new(new FolderSource("/usr/share/wine/nls"));
        CodePageDecoder decoder = new();
        string text = string.Concat(bytes.Select(b => decoder.Decode([b], table[number])));
        Assert.Equal(expected, text);
        Assert.Equal(bytes, table.Encode(text, number));
    }

    private string Row(int row) => new string([.. _buffer.Line(row).ToArray().Select(cell => cell.Character)]).TrimEnd();
}
