using System.Diagnostics;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// A time-out as NT's system calls take it: a pointer to a LARGE_INTEGER of 100 ns units; null waits for ever, negative is
/// relative, positive is an absolute system time (FILETIME epoch), 0 polls.
/// </summary>
/// <param name="Deadline">When the wait ends. A relative one does not count the time in which the VM is paused, an absolute one does.</param>
/// <param name="IsPoll">True for a time-out of 0: do not block at all.</param>
public readonly record struct NtTimeout(Deadline Deadline, bool IsPoll)
{
    /// <summary>Wait for ever.</summary>
    public static readonly NtTimeout Infinite = new(Deadline.Never, false);

    /// <summary>Do not wait.</summary>
    public static readonly NtTimeout Poll = new(default, true);

    /// <summary>Reads the guest's time-out; false when the pointer cannot be read.</summary>
    public static bool TryRead(NtThread thread, GuestPointer pointer, out NtTimeout timeout) => TryRead(thread, pointer, false, out timeout);

    /// <summary>As the other one. With <paramref name="isPoolTime"/>, an absolute time-out is one of <see cref="SystemClock.PoolTime"/>, and stands in pauses.</summary>
    public static bool TryRead(NtThread thread, GuestPointer pointer, bool isPoolTime, out NtTimeout timeout)
    {
        timeout = Infinite;
        if (pointer.IsNull)
        {
            return true;
        }
        if (!thread.Memory.TryRead(pointer, out long value))
        {
            return false;
        }
        timeout = FromNt(value, thread.Executive.Clock, isPoolTime);
        return true;
    }

    /// <summary>Converts an NT time-out value; <see cref="long.MinValue"/> is NT's "infinite" spelled as a number.</summary>
    public static NtTimeout FromNt(long value, SystemClock clock, bool isPoolTime = false)
    {
        if (value == 0)
        {
            return Poll;
        }
        if (value == long.MinValue)
        {
            return Infinite;
        }
        Int128 relative = value < 0 ? -(Int128)value : (Int128)value - (isPoolTime ? clock.PoolTime : clock.SystemTime);
        if (relative <= 0)
        {
            return Poll;
        }
        bool countsPauses = value > 0 && !isPoolTime;
        Int128 deadline = new Deadline(0, countsPauses).ClockNow(clock.Monotonic) + (relative * Stopwatch.Frequency / 10_000_000);
        return new NtTimeout(deadline >= long.MaxValue ? Deadline.Never : new Deadline((long)deadline, countsPauses), false);
    }

    /// <summary>The same time-out where pauses of the VM are not counted, whatever the program gave.</summary>
    public NtTimeout WithoutPauses(PausableClock clock) =>
        Deadline is { CountsPauses: true, IsNever: false } ? this with { Deadline = new Deadline(Deadline.Ticks - Stopwatch.GetTimestamp() + clock.Now) } : this;
}
