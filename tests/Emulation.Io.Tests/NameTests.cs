using System.Text;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class NameTests
{
    public static TheoryData<byte[]> HostNames => new()
    {
        "plain.txt"u8.ToArray(), "Grüße 漢字 😀"u8.ToArray(), "a:b*c?\"<>|\\"u8.ToArray(), "ends."u8.ToArray(), "ends "u8.ToArray(),
        "..."u8.ToArray(), new byte[] { 0xff, 0x41, 0xc3 }, new byte[] { 0xed, 0xa0, 0x80 }, new byte[] { 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80 },
        new byte[] { 0xef, 0x80, 0xaa }, new byte[] { 1, 2, 0x1f, 0x7f },
    };

    [Theory]
    [MemberData(nameof(HostNames))]
    public void HostNamesComeBackUnchanged(byte[] name)
    {
        string shown = HostName.FromHost(name);
        Assert.DoesNotContain(shown, c => "\"*:<>?|\\/".Contains(c) || c < ' ');
        Assert.False(shown.EndsWith('.') || shown.EndsWith(' '));
        Assert.Equal(name, HostName.ToHost(shown)[..^1]);
    }

    [Fact]
    public void RandomBytesComeBackUnchanged()
    {
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] name = new byte[random.Next(1, 24)];
            random.NextBytes(name);
            name = [.. name.Select(b => b is 0 or (byte)'/' ? (byte)0xed : b)];
            Assert.Equal(name, HostName.ToHost(HostName.FromHost(name))[..^1]);
        }
    }

    [Theory]
    [InlineData("dir\\file", "dir/file")]
    [InlineData("dir\\", "dir")]
    [InlineData("", "")]
    [InlineData("file::$DATA", "file")]
    public void GoodPathsParse(string name, string path)
    {
        Assert.Equal(NtStatus.Success, VolumePath.Parse(name, out string parsed));
        Assert.Equal(path, parsed);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a\\..\\b")]
    [InlineData(".\\a")]
    [InlineData("a\\\uf02e\uf02e\\b")]
    [InlineData("a\\\\b")]
    [InlineData("a/b")]
    [InlineData("a*")]
    [InlineData("file:stream")]
    [InlineData("a\0b")]
    public void BadPathsAreRefused(string name) => Assert.Equal(NtStatus.ObjectNameInvalid, VolumePath.Parse(name, out _));

    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("*.txt", "a.TXT", true)]
    [InlineData("*.txt", "a.txt.bak", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("<.txt", "a.b.txt", true)]
    [InlineData("<.b", "a.b.txt", false)]
    [InlineData("a>>", "a", true)]
    [InlineData("a>>.c", "ab.c", true)]
    [InlineData("a\"", "a", true)]
    [InlineData("a\"txt", "a.txt", true)]
    [InlineData("<\"", "noextension", true)]
    [InlineData("*", "", true)]
    [InlineData("********************a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false)]
    public void PatternsMatchAsTheKernelDoes(string pattern, string name, bool expected) => Assert.Equal(expected, NamePattern.Matches(pattern, name));

    [Fact]
    public void ErrorNumbersHaveTheStatusThatProgramsExpect()
    {
        Assert.Equal(NtStatus.DiskFull, Errno.ToNtStatus(Errno.ENOSPC));
        Assert.Equal(NtStatus.AccessDenied, Errno.ToNtStatus(Errno.EROFS));
        Assert.Equal(NtStatus.TooManyOpenedFiles, Errno.ToNtStatus(Errno.EMFILE));
        Assert.Equal(NtStatus.IoDeviceError, Errno.ToNtStatus(Errno.EIO));
        Assert.Equal(NtStatus.Unsuccessful, Errno.ToNtStatus(9999));
        Assert.Equal("x", Encoding.UTF8.GetString(HostName.ToHost("x")).TrimEnd('\0'));
    }
}
