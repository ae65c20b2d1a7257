using System.Diagnostics;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation;

/// <summary>
/// Pausing the whole VM. A barrier is closed that every thread passes before it enters the guest, when it has left it, and before a wait of it returns. Who is
/// in the guest is kicked out: that needs no processor for each of them, only that none runs guest code any more. When the calls under way have ended, the
/// clock is stopped: time-outs and timers go on from where they were. Threads that are made meanwhile meet the barrier first.
/// </summary>
public sealed partial class Executive
{
    /// <summary>How long threads may take to end the system call in progress.</summary>
    private static readonly TimeSpan _callLimit = TimeSpan.FromMilliseconds(30);

    /// <summary>How long the pausing thread looks without sleeping.</summary>
    private static readonly TimeSpan _briefly = TimeSpan.FromMicroseconds(200);

    private readonly Lock _pauseLock = new();
    private PauseResult _lastPause;

    /// <summary>True from <see cref="Pause"/> to <see cref="Resume"/>.</summary>
    public bool IsPaused => Clock.Monotonic.IsPaused;

    /// <summary>
    /// Stops every thread of the VM where it is, and its time; returns when all of them stand. Does nothing where the VM is paused already. From a thread that is
    /// none of the guest's.
    /// </summary>
    public PauseResult Pause()
    {
        lock (_pauseLock)
        {
            if (IsPaused)
            {
                return _lastPause with { Elapsed = TimeSpan.Zero };
            }
            long start = Stopwatch.GetTimestamp();
            Clock.Monotonic.CloseBarrier();
            List<NtThread> threads = AllThreads();
            foreach (NtThread thread in threads)
            {
                if (!thread.Rests)
                {
                    thread.Kick();
                }
            }
            AwaitKicks();
            int inCalls = WaitForCalls(threads, start);
            SharedData.StopTimes();
            return _lastPause = new PauseResult(Stopwatch.GetElapsedTime(start), threads.Count, inCalls);
        }
    }

    /// <summary>Lets the VM go on. Does nothing where it is not paused.</summary>
    public void Resume()
    {
        lock (_pauseLock)
        {
            if (IsPaused)
            {
                SharedData.StartTimes();
                Clock.Monotonic.OpenBarrier();
            }
        }
    }

    private List<NtThread> AllThreads()
    {
        List<NtThread> threads = [];
        lock (Dispatcher.Lock)
        {
            foreach (NtProcess process in ClientIds.Processes())
            {
                threads.AddRange(process.Threads);
            }
        }
        return threads;
    }

    private void AwaitKicks()
    {
        try
        {
            VcpuPool.AwaitKicks();
        }
        catch (KvmException)
        {
            Clock.Monotonic.OpenBarrier();
            throw;
        }
    }

    /// <summary>Waits until every thread stands still, or the time for calls is over.</summary>
    /// <returns>The threads whose calls go on.</returns>
    private static int WaitForCalls(List<NtThread> threads, long start)
    {
        List<NtThread> left = [.. threads];
        while (true)
        {
            left.RemoveAll(thread => thread.StandsStill);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (left.Count == 0 || elapsed > _callLimit)
            {
                return left.Count;
            }
            if (elapsed < _briefly)
            {
                Thread.SpinWait(100);
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }
}
