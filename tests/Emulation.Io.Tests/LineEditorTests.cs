using PortableVirt.Emulation.Console;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class LineEditorTests
{
    private const ushort Left = 0x25, Up = 0x26, Down = 0x28, F3 = 0x72, F8 = 0x77;
    private readonly LineEditor _editor = new(new LineHistory());

    [Fact]
    public void TheHistoryIsWalkedThrough()
    {
        Assert.Equal("one\r\n", Line("one"));
        Assert.Equal("two\r\n", Line("two"));
        Assert.Equal("one\r\n", Line(Up, Up));
        Assert.Equal("two\r\n", Line(Up, Up, Up, Up, Down));
    }

    [Fact]
    public void TheTemplateIsCopied()
    {
        Line("echo abc");
        Assert.Equal("type abc\r\n", Line("type", F3));
    }

    [Fact]
    public void TheHistoryIsSearched()
    {
        Line("dir a");
        Line("echo");
        Assert.Equal("dir a\r\n", Line("d", F8));
    }

    [Fact]
    public void SurrogatePairsAreOneStep() => Assert.Equal("a😀\r\n", Line("😀", Left, "a"));

    [Fact]
    public void CtrlDOnAnEmptyLineIsTheEndOfTheInput()
    {
        _editor.Begin(null, "");
        Assert.True(_editor.Apply(InputRecord.Key(true, 'D', '\x4', 8), 0, out string line));
        Assert.Equal("\x1a\r\n", line);
    }

    [Fact]
    public void AWakeUpCharacterEndsTheLine()
    {
        _editor.Begin(null, "cd");
        Assert.True(_editor.Apply(InputRecord.Key(true, 9, '\t', 0), 1 << 9, out string line));
        Assert.Equal("cd\t", line);
    }

    private string Line(params object[] keys)
    {
        _editor.Begin(null, "");
        foreach (object key in keys)
        {
            foreach (char c in key as string ?? "\0")
            {
                Assert.False(_editor.Apply(InputRecord.Key(true, key is ushort code ? code : (ushort)0, c, 0), 0, out _));
            }
        }
        Assert.True(_editor.Apply(InputRecord.Key(true, 13, '\r', 0), 0, out string line));
        return line;
    }
}
