using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;
using Xunit.Abstractions;

namespace PortableVirt.Emulation.Sync.Tests;

/// <summary>Random load from many host threads; each test takes a second or two and prints its seed.</summary>
public sealed class HammerTests(ITestOutputHelper output)
{
    private const int Workers = 16;
    private readonly TestWorld _world = new();

    [Fact]
    public void PairsOfMutantsTakenTogetherNeverDeadlockOrOverlap()
    {
        int seed = Seed();
        MutantObject[] mutants = [.. Enumerable.Range(0, 5).Select(_ => new MutantObject(_world.Dispatcher))];
        int[] inside = new int[mutants.Length];
        for (int w = 0; w < Workers; w++)
        {
            Random random = new(seed + w);
            _world.Start(t =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    int a = random.Next(mutants.Length);
                    int b = (a + 1 + random.Next(mutants.Length - 1)) % mutants.Length;
                    Assert.Equal(NtStatus.Success, _world.Dispatcher.Wait(t, [mutants[a], mutants[b]], true, false, NtTimeout.Infinite));
                    Assert.Equal(1, Interlocked.Increment(ref inside[a]));
                    Assert.Equal(1, Interlocked.Increment(ref inside[b]));
                    Interlocked.Decrement(ref inside[a]);
                    Interlocked.Decrement(ref inside[b]);
                    Assert.Equal(NtStatus.Success, mutants[a].Release(t, out _));
                    Assert.Equal(NtStatus.Success, mutants[b].Release(t, out _));
                }
            });
        }
        _world.Join();
    }

    [Fact]
    public void NothingIsLostBetweenReleasesWaitsAndTimeouts()
    {
        int seed = Seed();
        SemaphoreObject[] semaphores = [.. Enumerable.Range(0, 4).Select(_ => new SemaphoreObject(_world.Dispatcher, 0, int.MaxValue))];
        EventObject stop = _world.NewEvent(true);
        int released = 0;
        int taken = 0;
        int producers = Workers / 2;
        for (int w = 0; w < Workers; w++)
        {
            Random random = new(seed + w);
            if (w % 2 == 0)
            {
                _world.Start(t =>
                {
                    for (int i = 0; i < 2000; i++)
                    {
                        int amount = random.Next(1, 4);
                        Interlocked.Add(ref released, amount);
                        semaphores[random.Next(semaphores.Length)].Release(amount, out _);
                    }
                    if (Interlocked.Decrement(ref producers) == 0)
                    {
                        stop.Set();
                    }
                });
                continue;
            }
            _world.Start(t =>
            {
                DispatcherObject[] all = [.. semaphores, stop];
                NtStatus status;
                do
                {
                    NtTimeout timeout = random.Next(4) == 0 ? TestWorld.After(random.NextDouble() * 0.2) : NtTimeout.Infinite;
                    status = _world.Dispatcher.Wait(t, all, false, false, timeout);
                    if (status.Value < semaphores.Length)
                    {
                        Interlocked.Increment(ref taken);
                    }
                }
                while (status.Value != semaphores.Length);
            });
        }
        _world.Join();
        Assert.Equal(released, taken + semaphores.Sum(s => s.Count));
    }

    [Fact]
    public void AlertsByThreadIdPassATokenRound()
    {
        int seed = Seed();
        const int Rounds = 2000;
        NtThread[] ring = new NtThread[4];
        using ManualResetEventSlim ready = new();
        for (int w = 0; w < ring.Length; w++)
        {
            int number = w;
            Random random = new(seed + w);
            ring[w] = _world.Start(t =>
            {
                ready.Wait();
                for (int i = 0; i < Rounds; i++)
                {
                    NtStatus status;
                    do
                    {
                        NtTimeout timeout = random.Next(3) switch { 0 => NtTimeout.Infinite, 1 => TestWorld.After(0.05), _ => NtTimeout.Poll };
                        status = t.WaitForAlertById(timeout);
                    }
                    while (status != NtStatus.Alerted);
                    ring[(number + 1) % ring.Length].AlertById();
                }
            });
        }
        ready.Set();
        ring[0].AlertById();
        _world.Join();
    }

    [Fact]
    public void HeldThreadsStandStill()
    {
        int seed = Seed();
        int[] steps = new int[4];
        bool stop = false;
        NtThread[] targets = new NtThread[steps.Length];
        for (int w = 0; w < steps.Length; w++)
        {
            int number = w;
            targets[w] = _world.Start(t =>
            {
                Random random = new(seed + number);
                while (!Volatile.Read(ref stop))
                {
                    Assert.True(t.CheckPending());
                    steps[number]++;
                    if (random.Next(4) == 0)
                    {
                        t.WaitForAlertById(TestWorld.After(0.02));
                        steps[number]++;
                    }
                }
            });
        }
        for (int h = 0; h < 2; h++)
        {
            Random random = new(seed + 100 + h);
            _world.Start(t =>
            {
                for (int i = 0; i < 300; i++)
                {
                    int number = random.Next(targets.Length);
                    Assert.True(t.TryStopForContext(targets[number]));
                    int seen = Volatile.Read(ref steps[number]);
                    Thread.SpinWait(random.Next(2000));
                    Assert.Equal(seen, Volatile.Read(ref steps[number]));
                    t.ReleaseFromContext(targets[number]);
                }
                if (Interlocked.Increment(ref _holdersDone) == 2)
                {
                    Volatile.Write(ref stop, true);
                }
            });
        }
        _world.Join();
    }

    private int _holdersDone;

    private int Seed()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return seed;
    }
}
