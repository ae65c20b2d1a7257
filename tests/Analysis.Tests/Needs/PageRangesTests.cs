using PortableVirt.Analysis.Needs;

namespace PortableVirt.Analysis.Tests.Needs;

/// <summary>Pages of modules as facts of runs.</summary>
public sealed class PageRangesTests
{
    [Fact]
    public void RangesOfSeveralRunsBecomeAsFewAsThereCanBe()
    {
        RunRecord run = new("default", ["page a.dll 0x1000-0x2000", "call NtClose x.exe"]);
        RunRecord more = run.Add(["page a.dll 0x3000-0x3000", "page a.dll 0x8000-0x9000", "page a.dll 0x2000-0x3000"]);
        Assert.Equal(["call NtClose x.exe", "page a.dll 0x1000-0x3000", "page a.dll 0x8000-0x9000"], more.Facts);
    }

    [Theory]
    [InlineData("a.dll")]
    [InlineData("a.dll 0x1000")]
    [InlineData("a.dll 0x1001-0x2000")]
    [InlineData("a.dll 0x3000-0x2000")]
    [InlineData("a.dll 0x1000-0xffffffffffffffff")]
    [InlineData("a.dll 1000-2000")]
    [InlineData("a.dll 0x-0x")]
    public void OtherWordsAreNoRange(string fact) => Assert.False(new PageRanges().TryAdd(fact));
}
