using System.Diagnostics;
using PortableVirt.Kernel;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>
/// More guests than processors count in memory. Once kicks are awaited none of them counts any further, although most of their threads have not had a
/// processor since.
/// </summary>
internal sealed class AwaitedKicks
{
    private const int Guests = 8;
    private const int Rounds = 200;
    private static readonly TimeSpan Watched = TimeSpan.FromMicroseconds(300);

    private readonly ManualResetEventSlim _gate = new(true);
    private volatile bool _stop;
    private volatile bool _failed;

    /// <summary>The check.</summary>
    public static void Body(Machine machine) => new AwaitedKicks().Run(machine);

    private void Run(Machine machine)
    {
        UserSpace[] spaces = [.. Enumerable.Range(0, Guests).Select(_ => CpuChecks.SpinningSpace(machine))];
        Thread[] threads = [.. spaces.Select(space => new Thread(() => RunGuest(space.Cpu), 256 * 1024))];
        ulong[] counts = new ulong[Guests];
        try
        {
            Array.ForEach(threads, thread => thread.Start());
            for (int round = 0; round < Rounds; round++)
            {
                CpuChecks.WaitUntilRunning(spaces[round % Guests]);
                _gate.Reset();
                KickAll(spaces, round % Guests);
                VcpuPool.AwaitKicks();
                for (int i = 0; i < Guests; i++)
                {
                    counts[i] = spaces[i].ReadWord(UserSpace.Data);
                }
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Watched;)
                {
                    for (int i = 0; i < Guests; i++)
                    {
                        Expect.Equal(counts[i], spaces[i].ReadWord(UserSpace.Data));
                    }
                }
                _gate.Set();
            }
        }
        finally
        {
            _stop = true;
            _gate.Set();
            Array.ForEach(spaces, space => space.Cpu.Kick());
            Array.ForEach(threads, thread => thread.Join());
            Array.ForEach(spaces, space => space.Dispose());
            _gate.Dispose();
        }
        Expect.True(!_failed, "every run ended by a kick");
    }

    /// <summary>Kicks all, <paramref name="last"/> at a moment at which it has just counted.</summary>
    private static void KickAll(UserSpace[] spaces, int last)
    {
        for (int i = 0; i < Guests; i++)
        {
            if (i != last)
            {
                spaces[i].Cpu.Kick();
            }
        }
        ulong before = spaces[last].ReadWord(UserSpace.Data);
        SpinWait.SpinUntil(() => spaces[last].ReadWord(UserSpace.Data) != before);
        spaces[last].Cpu.Kick();
    }

    private void RunGuest(GuestCpu cpu)
    {
        while (!_stop)
        {
            _failed |= cpu.Run().Kind != GuestExitKind.Kick;
            _gate.Wait();
        }
    }
}
