using System.Diagnostics;

namespace PortableVirt.Emulation.Sync;

/// <summary>Calls back once on a pool thread after a time in which the VM was not paused.</summary>
internal sealed class PausableTimer : IDisposable
{
    private readonly PausableClock _clock;
    private readonly Action _due;
    private readonly Timer _timer;
    private readonly Deadline _deadline;
    private int _isOver;

    /// <summary>Starts the timer.</summary>
    /// <param name="clock">The VM's clock.</param>
    /// <param name="milliseconds">0 or more.</param>
    /// <param name="due">What to call.</param>
    public PausableTimer(PausableClock clock, long milliseconds, Action due)
    {
        long ticksPerMillisecond = Stopwatch.Frequency / 1000;
        (_clock, _due) = (clock, due);
        _deadline = new Deadline(clock.Now + (Math.Min(milliseconds, uint.MaxValue) * ticksPerMillisecond));
        _timer = new Timer(_ => Look());
        clock.Started += Look;
        Look();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _isOver, 1);
        _clock.Started -= Look;
        _timer.Dispose();
    }

    /// <summary>Calls back if the time has come; else looks again then, or, in a pause, at its end.</summary>
    private void Look()
    {
        if (!_clock.HasPassed(_deadline))
        {
            long left = _clock.ToHost(_deadline) - Stopwatch.GetTimestamp();
            if (!_clock.IsStopped && Volatile.Read(ref _isOver) == 0)
            {
                _timer.Change(TimeSpan.FromTicks(Math.Max(left / (Stopwatch.Frequency / TimeSpan.TicksPerSecond), 0) + TimeSpan.TicksPerMillisecond), Timeout.InfiniteTimeSpan);
            }
        }
        else if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _clock.Started -= Look;
            _due();
        }
    }
}
