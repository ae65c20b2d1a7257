using System.Diagnostics;

namespace PortableVirt.VmApp.Core;

/// <summary>
/// Looks for what another thread of a start is about to do, before this one sleeps: a processor without work sleeps, too, and in a virtual machine it is back
/// after 30 us at best and 3 ms at worst (measured), which is longer than the steps of a start.
/// </summary>
internal static class BriefWait
{
    private const int Rounds = 30;

    private static readonly long _patience = Stopwatch.Frequency / 500;

    /// <summary>Looks for 2 ms at most, and not at all where another thread cannot run meanwhile.</summary>
    /// <param name="isDone">Cheap, and true for good once it is.</param>
    /// <returns>False when it is not done yet.</returns>
    public static bool For(Func<bool> isDone)
    {
        if (isDone())
        {
            return true;
        }
        if (Environment.ProcessorCount == 1)
        {
            return false;
        }
        for (long end = Stopwatch.GetTimestamp() + _patience; Stopwatch.GetTimestamp() < end;)
        {
            Thread.SpinWait(Rounds);
            // The other one may be waiting for this very processor.
            Thread.Yield();
            if (isDone())
            {
                return true;
            }
        }
        return false;
    }
}
