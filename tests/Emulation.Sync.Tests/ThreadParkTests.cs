using System.Diagnostics;
using System.IO.Pipes;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Sync.Tests;

public sealed class ThreadParkTests
{
    private const short PollIn = 1;

    [Fact]
    public void KeepsOneWakeUp()
    {
        using ThreadPark park = new(new PausableClock());
        park.Wake();
        park.Wake();
        Assert.True(park.Wait(Deadline.Never));
        Assert.False(park.Wait(new Deadline(Stopwatch.GetTimestamp())));
    }

    [Fact]
    public void TimesOutAtItsDeadline()
    {
        using ThreadPark park = new(new PausableClock());
        double best = double.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long deadline = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
            Assert.False(park.Wait(new Deadline(deadline)));
            long late = Stopwatch.GetTimestamp() - deadline;
            Assert.True(late >= 0, "woke too early");
            best = Math.Min(best, late * 1000.0 / Stopwatch.Frequency);
        }
        Assert.True(best < 1, $"best of 20 came {best} ms late");
    }

    [Fact]
    public void DescriptorWakeUpAndDeadlineEndADescriptorWait()
    {
        using ThreadPark park = new(new PausableClock());
        using AnonymousPipeServerStream reader = new(PipeDirection.In);
        using AnonymousPipeClientStream writer = new(PipeDirection.Out, reader.ClientSafePipeHandle);
        int descriptor = (int)reader.SafePipeHandle.DangerousGetHandle();
        Assert.Equal(0, park.WaitDescriptor(descriptor, PollIn, new Deadline(Stopwatch.GetTimestamp() + 1_000_000)));
        for (int i = 0; i < 50; i++)
        {
            Thread waker = new(park.Wake);
            waker.Start();
            Assert.Equal(0, park.WaitDescriptor(descriptor, PollIn, Deadline.Never));
            waker.Join();
        }
        writer.WriteByte(1);
        Assert.Equal(PollIn, park.WaitDescriptor(descriptor, PollIn, Deadline.Never));
    }

    [Fact]
    public void NoWakeUpIsLost()
    {
        using ThreadPark a = new(new PausableClock());
        using ThreadPark b = new(new PausableClock());
        const int Rounds = 20_000;
        int turn = 0;
        Thread other = new(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                while (Volatile.Read(ref turn) != 1)
                {
                    b.Wait(Deadline.Never);
                }
                Volatile.Write(ref turn, 0);
                a.Wake();
            }
        });
        other.Start();
        for (int i = 0; i < Rounds; i++)
        {
            Volatile.Write(ref turn, 1);
            b.Wake();
            while (Volatile.Read(ref turn) != 0)
            {
                Assert.True(a.Wait(new Deadline(Stopwatch.GetTimestamp() + (10 * Stopwatch.Frequency))), "lost");
            }
        }
        Assert.True(other.Join(10_000));
    }
}
