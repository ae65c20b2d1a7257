using System.Diagnostics;
using PortableVirt.Emulation.Sync;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation;

/// <summary>
/// The times that the guest sees. System time is FILETIME (100 ns units since 1601-01-01 UTC); interrupt time counts 100 ns
/// units since the VM started and is what GetTickCount and the performance counter show. Once <see cref="Discipline"/> has made a
/// <see cref="TimeBase"/>, all readings come from the time-stamp counter, here as in the guest. While the VM is paused interrupt time stands; system time
/// follows the host's.
/// </summary>
public sealed class SystemClock
{
    /// <summary>Offset of interrupt time at start: a fresh VM shows one minute of uptime, since programs take 0 for a failure.</summary>
    public const long InitialInterruptTime = 600_000_000;

    private const long UnitsPerSecond = 10_000_000;

    /// <summary>How long an error takes to be worked off (100 ms), and the biggest that is worked off instead of jumped over (10 ms).</summary>
    private const long Horizon = UnitsPerSecond / 10;

    private const long BiggestSlew = UnitsPerSecond / 100;
    private const long FirstLead = 20;
    private const int Attempts = 4;
    private const double MaximumAdjustment = 0.05;

    /// <summary>Counts between two readings around a clock read, above which the pair is not exact: about 2 us.</summary>
    private const ulong BiggestBracket = 8000;

    private readonly long _bootTimestamp;
    private volatile TimeBase? _base;
    private ulong _firstCounter;
    private long _firstInterrupt;
    private long _stoppedAt;

    /// <summary>A clock that starts now.</summary>
    public SystemClock() => _bootTimestamp = Monotonic.Now;

    /// <summary>The clock of waits and timers, which stands in pauses.</summary>
    public PausableClock Monotonic { get; } = new();

    /// <summary>System time when the VM started.</summary>
    public long BootTime { get; } = DateTime.UtcNow.ToFileTimeUtc();

    /// <summary>Current system time.</summary>
    public long SystemTime => !Monotonic.IsStopped && _base is { } b ? b.SystemTime + b.Elapsed(TimestampCounter.Read()) : DateTime.UtcNow.ToFileTimeUtc();

    /// <summary>
    /// The clock of libwine's thread pool: system time without the pauses. Its timers and waits are kept as system times, also where the program gave
    /// relative ones.
    /// </summary>
    public long PoolTime => SystemTime - ToUnits(Monotonic.Lost);

    /// <summary>Current interrupt time.</summary>
    public long InterruptTime => Volatile.Read(ref _stoppedAt) is not 0 and long stopped ? stopped
        : _base is { } b ? b.InterruptTime + b.Elapsed(TimestampCounter.Read())
        : HostInterruptTime;

    private long HostInterruptTime => InitialInterruptTime + ToUnits(Monotonic.Now - _bootTimestamp);

    /// <summary>Stops interrupt time. Nothing may run in the guest.</summary>
    internal void Stop()
    {
        Volatile.Write(ref _stoppedAt, InterruptTime);
        Monotonic.Stop();
    }

    /// <summary>Lets interrupt time go on from where it stands.</summary>
    /// <returns>The base that the guest has to use from now on, or null when there is none.</returns>
    internal TimeBase? Start()
    {
        Monotonic.Start();
        if (_base is { } last)
        {
            _base = last with { Counter = TimestampCounter.Read(), InterruptTime = _stoppedAt, SystemTime = DateTime.UtcNow.ToFileTimeUtc() };
        }
        Volatile.Write(ref _stoppedAt, 0);
        return _base;
    }

    /// <summary>
    /// Compares the counter with the host's clocks and makes the next base, which continues the last one without a step and
    /// steers towards the host's clocks. The first call only notes where both stand. Called by one thread, every few milliseconds.
    /// </summary>
    /// <returns>The base, or null when there is none (yet).</returns>
    internal TimeBase? Discipline()
    {
        if (!TimestampCounter.IsUsable || !TrySample(out ulong counter, out long interrupt, out long system))
        {
            return _base;
        }
        // The counter goes on in pauses.
        long counted = interrupt + ToUnits(Monotonic.Lost);
        if (_firstCounter == 0)
        {
            (_firstCounter, _firstInterrupt) = (counter, counted);
            return null;
        }
        double rate = (counted - _firstInterrupt) / (double)(counter - _firstCounter);
        if (_base is { } last)
        {
            long elapsed = last.Elapsed(counter);
            long late = interrupt - (last.InterruptTime + elapsed);
            rate *= 1 + Math.Clamp((double)late / Horizon, -MaximumAdjustment, MaximumAdjustment);
            interrupt = late > BiggestSlew ? interrupt : last.InterruptTime + elapsed;
            long predicted = last.SystemTime + elapsed;
            system = Math.Abs(system - predicted) > BiggestSlew ? system : Math.Max(system, predicted);
        }
        else
        {
            // Ahead of any reading that was made without the counter a moment ago.
            interrupt += FirstLead;
        }
        return _base = new TimeBase(counter, interrupt, system, (ulong)(rate * 4294967296.0));
    }

    private static long ToUnits(long ticks) => (long)(ticks * ((double)UnitsPerSecond / Stopwatch.Frequency));

    private bool TrySample(out ulong counter, out long interrupt, out long system)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            ulong before = TimestampCounter.Read();
            interrupt = HostInterruptTime;
            system = DateTime.UtcNow.ToFileTimeUtc();
            ulong after = TimestampCounter.Read();
            if (after - before < BiggestBracket)
            {
                counter = before + ((after - before) / 2);
                return true;
            }
        }
        (counter, interrupt, system) = (0, 0, 0);
        return false;
    }
}
