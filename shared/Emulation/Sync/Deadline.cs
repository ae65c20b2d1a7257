using System.Diagnostics;

namespace PortableVirt.Emulation.Sync;

/// <summary>The point in time at which a wait or a timer ends.</summary>
/// <param name="Ticks">On the VM's clock (<see cref="PausableClock.Now"/>), which stands while the VM is paused; long.MaxValue = never.</param>
/// <param name="CountsPauses">On the host's Stopwatch clock instead: a due time that the program gave as a system time.</param>
public readonly record struct Deadline(long Ticks, bool CountsPauses = false)
{
    /// <summary>No deadline.</summary>
    public static readonly Deadline Never = new(long.MaxValue);

    /// <summary>True when it never comes.</summary>
    public bool IsNever => Ticks == long.MaxValue;

    /// <summary>Where the clock that counts for it stands now.</summary>
    public long ClockNow(PausableClock clock) => CountsPauses ? Stopwatch.GetTimestamp() : clock.Now;
}
