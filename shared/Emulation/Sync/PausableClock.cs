using System.Diagnostics;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// The VM's monotonic clock: Stopwatch ticks that do not count pauses. A pause has two steps: first the barrier is closed, at which guest threads stand;
/// when all of them do, the clock is stopped. Thread-safe; the steps themselves are taken by one thread at a time.
/// </summary>
public sealed class PausableClock
{
    private readonly FutexWord _barrier = new();
    private volatile Reading _reading = new(0, 0);

    /// <summary>Called without locks when the clock goes on, before threads do.</summary>
    internal event Action? Started;

    /// <summary>The clock in Stopwatch ticks; it equals the host's clock until the first pause.</summary>
    public long Now
    {
        get
        {
            Reading reading = _reading;
            return (reading.StoppedAt != 0 ? reading.StoppedAt : Stopwatch.GetTimestamp()) - reading.Lost;
        }
    }

    /// <summary>Ticks of the pauses that are over.</summary>
    public long Lost => _reading.Lost;

    /// <summary>True from the closing of the barrier to its opening: threads must not run guest code.</summary>
    public bool IsPaused => Volatile.Read(ref _barrier.Value) != 0;

    /// <summary>True while the clock stands.</summary>
    public bool IsStopped => _reading.StoppedAt != 0;

    /// <summary>True when a deadline has come.</summary>
    public bool HasPassed(Deadline deadline) => !deadline.IsNever && deadline.ClockNow(this) >= deadline.Ticks;

    /// <summary>
    /// The host's time (Stopwatch ticks) at which a deadline comes if there is no further pause, or none but the present one has been: whoever sleeps until then
    /// has to ask <see cref="HasPassed"/>.
    /// </summary>
    public long ToHost(Deadline deadline) => deadline.IsNever || deadline.CountsPauses ? deadline.Ticks : Math.Min(deadline.Ticks, long.MaxValue - Lost) + Lost;

    /// <summary>Blocks while the barrier is closed.</summary>
    internal void WaitWhilePaused()
    {
        if (!IsPaused)
        {
            return;
        }
        for (int closed = Volatile.Read(ref _barrier.Value); closed != 0; closed = Volatile.Read(ref _barrier.Value))
        {
            _barrier.Wait(closed, long.MaxValue);
        }
        WakeSome();
    }

    /// <summary>Guest threads stand before their next guest entry from now on.</summary>
    internal void CloseBarrier() => Interlocked.Exchange(ref _barrier.Value, 1);

    /// <summary>Lets guest threads go on.</summary>
    internal void OpenBarrier()
    {
        Interlocked.Exchange(ref _barrier.Value, 0);
        WakeSome();
    }

    /// <summary>Each thread that goes on wakes two more: the one that opens the barrier would lose its processor to the first of them.</summary>
    private void WakeSome() => _barrier.Wake(2);

    /// <summary>Stops the clock.</summary>
    internal void Stop() => _reading = _reading with { StoppedAt = Stopwatch.GetTimestamp() };

    /// <summary>Lets the clock go on from where it stands.</summary>
    internal void Start()
    {
        Reading reading = _reading;
        _reading = new Reading(0, reading.Lost + Stopwatch.GetTimestamp() - reading.StoppedAt);
        Started?.Invoke();
    }

    private sealed record Reading(long StoppedAt, long Lost);
}
