using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// A 32-bit word at a fixed host address that threads can sleep on (futex(2)). It lives in the pinned heap on cache lines of
/// its own, so that a late wake-up never touches freed memory.
/// </summary>
internal sealed class FutexWord
{
    private const int Index = 16;
    private readonly int[] _memory = GC.AllocateArray<int>(48, pinned: true);

    /// <summary>The word, for Interlocked and Volatile.</summary>
    public ref int Value => ref _memory[Index];

    private nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(_memory, Index);

    /// <summary>
    /// Sleeps while the word is <paramref name="expected"/>, until a wake-up or the deadline; may return early without a reason.
    /// </summary>
    /// <param name="expected">Value at which to sleep.</param>
    /// <param name="deadline">Stopwatch ticks; long.MaxValue = never.</param>
    /// <returns>False when the deadline has passed.</returns>
    public bool Wait(int expected, long deadline)
    {
        long result = deadline == long.MaxValue
            ? NativeSync.Futex(NativeSync.SysFutex, Address, NativeSync.FutexWaitBitsetPrivate, expected, 0, 0, NativeSync.FutexMatchAny)
            : NativeSync.Futex(NativeSync.SysFutex, Address, NativeSync.FutexWaitBitsetPrivate, expected, ToTimespec(deadline), 0, NativeSync.FutexMatchAny);
        return result == 0 || Marshal.GetLastPInvokeError() != NativeSync.Etimedout;
    }

    /// <summary>Wakes up to <paramref name="count"/> sleepers.</summary>
    public void Wake(int count) => NativeSync.Futex(NativeSync.SysFutex, Address, NativeSync.FutexWakePrivate, count, 0, 0, 0);

    /// <summary>Converts a point on the Stopwatch clock, which on Linux is CLOCK_MONOTONIC in nanoseconds.</summary>
    private static Timespec ToTimespec(long deadline)
    {
        Debug.Assert(Stopwatch.Frequency == 1_000_000_000);
        return Timespec.FromNanoseconds(deadline);
    }
}
