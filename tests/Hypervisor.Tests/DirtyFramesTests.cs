namespace PortableVirt.Hypervisor.Tests;

/// <summary>Which free frames are kept with their contents.</summary>
public sealed class DirtyFramesTests
{
    [Fact]
    public void What_was_added_is_taken_once_in_runs()
    {
        DirtyFrames frames = new(512);
        frames.Add(60, 10);
        frames.Add(200, 3);
        Assert.Equal(13, frames.Count);
        Assert.Equal((62L, 8), frames.Take(62, 100));
        Assert.Equal((0L, 0), frames.Take(62, 200));
        Assert.Equal((60L, 2), frames.Take(0, 201));
        Assert.Equal((200L, 1), frames.Take(0, 201));
        Assert.Equal((201L, 2), frames.Take(0, long.MaxValue));
        Assert.Equal(0, frames.Count);
        Assert.Equal((0L, 0), frames.Take(0, long.MaxValue));
    }

    [Fact]
    public void Room_is_what_the_limit_leaves()
    {
        DirtyFrames frames = new(16);
        frames.Add(1000, 10);
        frames.Add(1005, 5);
        Assert.Equal(10, frames.Count);
        Assert.True(frames.HasRoom(6));
        Assert.False(frames.HasRoom(7));
        Assert.Equal((1000L, 10), frames.Take(0, 5000));
        Assert.True(frames.HasRoom(16));
    }

    [Fact]
    public void Random_frames_are_accounted_as_a_set_would()
    {
        Random random = new(7);
        DirtyFrames frames = new(int.MaxValue);
        HashSet<long> model = [];
        for (int step = 0; step < 3000; step++)
        {
            long first = random.Next(5000);
            int count = random.Next(1, 200);
            if (random.Next(2) == 0)
            {
                frames.Add(first, count);
                model.UnionWith(Enumerable.Range((int)first, count).Select(frame => (long)frame));
            }
            else
            {
                for ((long at, int length) = frames.Take(first, first + count); length != 0; (at, length) = frames.Take(first, first + count))
                {
                    Assert.All(Enumerable.Range((int)at, length), frame => Assert.True(model.Remove(frame)));
                }

                Assert.DoesNotContain(model, frame => frame >= first && frame < first + count);
            }

            Assert.Equal(model.Count, frames.Count);
        }
    }
}
