using System.Diagnostics;

namespace PortableVirt.Emulation;

/// <summary>
/// The times that the guest sees. System time is FILETIME (100 ns units since 1601-01-01 UTC); interrupt time counts 100 ns
/// units since the VM started and is what GetTickCount shows.
/// </summary>
public sealed class SystemClock
{
    private readonly long _bootTimestamp = Stopwatch.GetTimestamp();

    /// <summary>System time when the VM started.</summary>
    public long BootTime { get; } = DateTime.UtcNow.ToFileTimeUtc();

    /// <summary>Offset of interrupt time at start: a fresh VM shows one minute of uptime, since programs take 0 for a failure.</summary>
    public const long InitialInterruptTime = 600_000_000;

    /// <summary>Current system time.</summary>
    public long SystemTime => DateTime.UtcNow.ToFileTimeUtc();

    /// <summary>Current interrupt time.</summary>
    public long InterruptTime => InitialInterruptTime + (long)((Stopwatch.GetTimestamp() - _bootTimestamp) * (10_000_000.0 / Stopwatch.Frequency));
}
