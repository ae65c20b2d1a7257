namespace PortableVirt.Hypervisor.Tests;

public sealed class FrameAllocatorTests
{
    [Fact]
    public void RandomUseNeverOverlapsAndEndsEmpty()
    {
        FrameAllocator allocator = new(64);
        Random random = new(7);
        bool[] used = new bool[64 * FrameAllocator.BlockFrames];
        List<(long Frame, int Count)> live = [];
        for (int step = 0; step < 20_000; step++)
        {
            if (random.Next(5) < 3)
            {
                int count = random.Next(20) == 0 ? random.Next(1, 1500) : random.Next(1, 40);
                int alignment = 1 << random.Next(0, 6);
                long frame = allocator.Allocate(count, alignment);
                if (frame < 0)
                {
                    continue;
                }

                Assert.Equal(0, frame % (count >= FrameAllocator.BlockFrames ? FrameAllocator.BlockFrames : alignment));
                for (long f = frame; f < frame + count; f++)
                {
                    Assert.False(used[f]);
                    used[f] = true;
                }

                live.Add((frame, count));
            }
            else if (live.Count > 0)
            {
                // Half of the time only the front part is freed.
                int index = random.Next(live.Count);
                (long frame, int count) = live[index];
                int part = random.Next(2) == 0 ? count : random.Next(1, count + 1);
                Assert.True(allocator.IsAllocated(frame, part));
                allocator.Free(frame, part);
                Array.Clear(used, (int)frame, part);
                Assert.False(allocator.IsAllocated(frame, 1));
                if (part == count)
                {
                    live.RemoveAt(index);
                }
                else
                {
                    live[index] = (frame + part, count - part);
                }
            }

            Assert.Equal(live.Sum(run => (long)run.Count), allocator.AllocatedFrames);
        }

        live.ForEach(run => allocator.Free(run.Frame, run.Count));
        Assert.Equal(0, allocator.AllocatedFrames);
        int blocks = allocator.BlockCount;
        Assert.True(allocator.Allocate(blocks * FrameAllocator.BlockFrames, 1) >= 0);
        Assert.Equal(blocks, allocator.BlockCount);
    }

    [Fact]
    public void MaximumIsKept()
    {
        FrameAllocator allocator = new(2);
        Assert.Equal(-1, allocator.Allocate((2 * FrameAllocator.BlockFrames) + 1, 1));
        Assert.Equal(0, allocator.Allocate(2 * FrameAllocator.BlockFrames, 1));
        Assert.Equal(-1, allocator.Allocate(1, 1));
        allocator.Free(700, 1);
        Assert.Equal(700, allocator.Allocate(1, 1));
    }

    [Fact]
    public void TailOfALargeRunServesSmallOnes()
    {
        FrameAllocator allocator = new(4);
        Assert.Equal(0, allocator.Allocate(600, 1));
        Assert.Equal(600, allocator.Allocate(1, 1));
        Assert.Equal(2, allocator.BlockCount);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(1, 1024)]
    public void BadArgumentsAreRefused(int count, int alignment) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameAllocator(4).Allocate(count, alignment));

    [Fact]
    public void FramesOutsideAreNotAllocated()
    {
        FrameAllocator allocator = new(4);
        allocator.Allocate(10, 1);
        Assert.False(allocator.IsAllocated(-1, 1));
        Assert.False(allocator.IsAllocated(0, 0));
        Assert.False(allocator.IsAllocated(9, 2));
        Assert.False(allocator.IsAllocated(long.MaxValue, 1));
        Assert.True(allocator.IsAllocated(0, 10));
    }
}
