using System.Text;
using PortableVirt.Emulation.Console;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class ConsoleTests
{
    [Theory]
    [InlineData("a", 0x41, 'a', 0u)]
    [InlineData("A", 0x41, 'A', 0x10u)]
    [InlineData("\r", 0x0d, '\r', 0u)]
    [InlineData("\x7f", 0x08, '\b', 0u)]
    [InlineData("\x03", 0x43, '\x03', 0x8u)]
    [InlineData("\x1b", 0x1b, '\x1b', 0u)]
    [InlineData("\x1b[A", 0x26, '\0', 0x100u)]
    [InlineData("\x1bOP", 0x70, '\0', 0x100u)]
    [InlineData("\x1b[3~", 0x2e, '\0', 0x100u)]
    [InlineData("\x1b[1;5C", 0x27, '\0', 0x108u)]
    [InlineData("\x1bx", 0x58, 'x', 0x2u)]
    [InlineData("ü", 0, 'ü', 0u)]
    public void KeysAreDecoded(string sent, int key, char character, uint state)
    {
        Queue<InputRecord> records = new();
        byte[] bytes = Encoding.UTF8.GetBytes(sent);
        Assert.Equal(bytes.Length, new KeyDecoder().Decode(bytes, records));
        Assert.Equal(2, records.Count);
        InputRecord down = records.Dequeue();
        Assert.Equal((1, (ushort)key, (ushort)character, state), (down.KeyDown, down.VirtualKey, down.Character, down.ControlKeys));
        Assert.Equal(0, records.Dequeue().KeyDown);
    }

    [Fact]
    public void IncompleteInputWaits()
    {
        Queue<InputRecord> records = new();
        Assert.Equal(1, new KeyDecoder().Decode([(byte)'a', 0xc3], records));
        Assert.Equal(0, new KeyDecoder().Decode("\x1b[1;"u8, records));
    }

    [Fact]
    public void SequencesPassThroughWhenAskedFor()
    {
        Queue<InputRecord> records = new();
        new KeyDecoder { PassSequences = true }.Decode("\x1b[A"u8, records);
        Assert.Equal("\x1b[A", new string([.. records.Where(r => r.KeyDown != 0).Select(r => (char)r.Character)]));
    }

    [Fact]
    public void InputRecordsHaveTheSizeOfWindows() => Assert.Equal(20, System.Runtime.CompilerServices.Unsafe.SizeOf<InputRecord>());
}
