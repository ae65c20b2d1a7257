using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

/// <summary>Processor time in 100 ns units.</summary>
/// <param name="Kernel">Time in the kernel.</param>
/// <param name="User">Time in user mode; guest time counts here.</param>
public readonly record struct ThreadTimes(long Kernel, long User)
{
    // Clock ids of another thread (linux/posix-timers.h): the inverted thread id above three bits: per-thread, and which clock.
    private const int PerThread = 4;
    private const int ClockVirtual = 1;
    private const int ClockScheduler = 2;

    /// <summary>Sum of two.</summary>
    public static ThreadTimes operator +(ThreadTimes a, ThreadTimes b) => new(a.Kernel + b.Kernel, a.User + b.User);

    /// <summary>What a living thread of this host process has used; zero for id 0 or an ended thread.</summary>
    internal static ThreadTimes OfHostThread(int threadId)
    {
        if (threadId == 0
            || NativeThread.GetTime((~threadId << 3) | PerThread | ClockScheduler, out Timespec total) != 0
            || NativeThread.GetTime((~threadId << 3) | PerThread | ClockVirtual, out Timespec user) != 0)
        {
            return default;
        }
        long all = ToNt(total);
        long inUser = Math.Min(ToNt(user), all);
        return new ThreadTimes(all - inUser, inUser);
    }

    private static long ToNt(Timespec time) => (time.Seconds * 10_000_000) + (time.Nanoseconds / 100);
}
