namespace PortableVirt.Hypervisor.Tests;

public sealed class PageRangeAllocatorTests
{
    [Fact]
    public void FreedNeighboursMerge()
    {
        PageRangeAllocator ranges = new(100);
        Assert.Equal(0UL, ranges.Allocate(10));
        Assert.Equal(10UL, ranges.Allocate(10));
        Assert.Equal(20UL, ranges.Allocate(10));
        ranges.Free(0, 10);
        ranges.Free(20, 10);
        ranges.Free(10, 10);
        Assert.Equal(0UL, ranges.Allocate(30));
        Assert.Equal(30UL, ranges.Top);
    }

    [Fact]
    public void FirstFitAndMaximum()
    {
        PageRangeAllocator ranges = new(30);
        ranges.Allocate(10);
        ranges.Allocate(10);
        ranges.Free(0, 10);
        Assert.Equal(0UL, ranges.Allocate(4));
        Assert.Equal(4UL, ranges.Allocate(6));
        Assert.Null(ranges.Allocate(11));
        Assert.Equal(20UL, ranges.Allocate(10));
        Assert.Null(ranges.Allocate(1));
        Assert.Null(ranges.Allocate(ulong.MaxValue));
    }
}
