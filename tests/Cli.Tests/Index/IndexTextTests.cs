using PortableVirt.Cli.Index;

namespace PortableVirt.Cli.Tests.Index;

public sealed class IndexTextTests
{
    [Fact]
    public void EntriesAreReadAsTheyWereWritten()
    {
        IndexEntry entry = Entries.Make("/x/-a \"b\" 100%\n\x1b 程序") with { Features = ["files a*", "runs"], IsOwn = true };
        string text = IndexText.Write(entry);
        Assert.DoesNotContain('\x1b', text);
        IndexEntry read = IndexText.Read(text, out bool isNewer)!;
        Assert.False(isNewer);
        Assert.Equal(entry.Features, read.Features);
        Assert.Equal(entry with { Features = [] }, read with { Features = [] });
    }

    [Theory]
    [InlineData("")]
    [InlineData("PortableVirt Index 1\n")]
    [InlineData("nonsense\n")]
    [InlineData("PortableVirt Index 1\nid x\n")]
    public void DamagedEntriesAreNone(string text)
    {
        Assert.Null(IndexText.Read(text, out bool isNewer));
        Assert.False(isNewer);
    }

    [Fact]
    public void EveryCutEntryIsNoneOrWhole()
    {
        string text = IndexText.Write(Entries.Make("/x/app"));
        for (int length = 0; length < text.Length; length++)
        {
            IndexEntry? entry = IndexText.Read(text[..length], out _);
            Assert.True(entry is null || text[length - 1] == '\n');
        }
    }

    [Fact]
    public void NewerEntriesAreTold()
    {
        Assert.Null(IndexText.Read("PortableVirt Index 2\nwhatever\n", out bool isNewer));
        Assert.True(isNewer);
    }
}
