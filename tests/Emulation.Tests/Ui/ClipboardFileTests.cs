using PortableVirt.Emulation.Ui;

namespace PortableVirt.Emulation.Tests.Ui;

public sealed class ClipboardFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pv-clipboard-").FullName;

    private string FilePath => Path.Combine(_folder, "user", "clipboard");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatOneWritesAnotherReadsOnce()
    {
        ClipboardContent content = new(7, [(13, "", [1, 0, 2, 0]), (0xc001, "HTML Format", [3])]);
        Assert.True(new ClipboardFile(FilePath).TryWrite(content));
        ClipboardFile reader = new(FilePath);
        Assert.True(reader.TryReadChange(out ClipboardContent? read));
        Assert.Equal(7u, read!.SequenceNumber);
        Assert.Equal([(13u, ""), (0xc001u, "HTML Format")], read.Formats.Select(f => (f.Format, f.Name)));
        Assert.Equal([1, 0, 2, 0], read.Formats[0].Data);
        Assert.False(reader.TryReadChange(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PVCLIP01")]
    [InlineData("PVCLIP01\x01\0\0\0\x01\0\0\0\x0d\0\0\0\0\0\0\0\x7f\x7f\x7f\x7f")]
    [InlineData("PVCLIP01\x01\0\0\0\x7f\x7f\x7f\x7f\x0d\0\0\0\x7f\x7f\0\0")]
    [InlineData("something else altogether, and long enough to be read")]
    public void ADamagedFileIsNoClipboard(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, content);
        Assert.False(new ClipboardFile(FilePath).TryReadChange(out _));
    }
}
