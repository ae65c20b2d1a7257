using System.Diagnostics;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>A timer: signaled at its due time, then every period; may queue an APC to the thread that set it.</summary>
/// <param name="executive">The executive.</param>
/// <param name="isNotification">NotificationTimer (stays signaled) instead of SynchronizationTimer.</param>
public sealed class TimerObject(Executive executive, bool isNotification) : DispatcherObject(ObjectKinds.Timer)
{
    private bool _isSet;
    private long _period;
    private NtThread? _thread;
    private UserApc _apc;

    /// <summary>TIMER_QUERY_STATE.</summary>
    public const uint QueryState = 1;

    /// <summary>TIMER_MODIFY_STATE.</summary>
    public const uint ModifyState = 2;

    /// <summary>True when signaled.</summary>
    public bool IsSet => Volatile.Read(ref _isSet);

    /// <summary>Next due time; meaningful while <see cref="IsActive"/>. Guarded by the dispatcher lock.</summary>
    internal Deadline Deadline { get; private set; }

    /// <summary>Order among timers with the same due time.</summary>
    internal long Sequence { get; set; }

    /// <summary>True while the timer is in the queue. Guarded by the dispatcher lock.</summary>
    internal bool IsActive { get; private set; }

    private PausableClock Clock => executive.Clock.Monotonic;

    /// <summary>Starts the timer, after stopping it; returns the state before.</summary>
    /// <param name="due">First due time; a poll is due at once.</param>
    /// <param name="period">Milliseconds between further due times, or 0 for none.</param>
    /// <param name="thread">Thread that gets <paramref name="apc"/> at each due time, or null.</param>
    public bool Set(NtTimeout due, int period, NtThread? thread, UserApc apc)
    {
        lock (executive.Dispatcher.Lock)
        {
            bool previous = _isSet;
            Stop();
            _isSet = false;
            _period = period * (Stopwatch.Frequency / 1000);
            _thread = thread;
            _apc = apc with { Source = this };
            Deadline = due.IsPoll ? new Deadline(Clock.Now) : due.Deadline;
            if (due.IsPoll)
            {
                Fire();
            }
            else
            {
                IsActive = true;
                executive.Timers.Add(this);
            }
            return previous;
        }
    }

    /// <summary>Stops the timer and takes back its APC; its state stays. Returns the state.</summary>
    public bool Cancel()
    {
        lock (executive.Dispatcher.Lock)
        {
            Stop();
            return _isSet;
        }
    }

    /// <summary>Time until the due time in 100 ns units (negative when it has passed), and the state.</summary>
    public (long Remaining, bool IsSet) Query()
    {
        lock (executive.Dispatcher.Lock)
        {
            Int128 ticks = (Int128)Deadline.Ticks - Deadline.ClockNow(Clock);
            return ((long)(ticks * 10_000_000 / Stopwatch.Frequency), _isSet);
        }
    }

    /// <summary>The due time has come. Called under the dispatcher lock, when the timer is not in the queue.</summary>
    internal void Fire()
    {
        IsActive = false;
        if (_thread is { } thread)
        {
            if (thread.HasEnded)
            {
                return;
            }
            if (!thread.HasApcOf(this))
            {
                long time = executive.Clock.SystemTime;
                thread.QueueUserApc(_apc with { Argument2 = (uint)time, Argument3 = (uint)(time >> 32) });
            }
        }
        if (_period != 0)
        {
            // A late timer drops what it missed; its phase stays. Periods do not count pauses, whatever the first due time did.
            long late = Deadline.ClockNow(Clock) - Deadline.Ticks;
            Deadline = new Deadline(Clock.Now - late + (_period * ((late / _period) + 1)));
            IsActive = true;
            executive.Timers.Add(this);
        }
        if (!_isSet)
        {
            _isSet = true;
            executive.Dispatcher.Signal(this);
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => _isSet;

    /// <inheritdoc/>
    internal override NtStatus Acquire(NtThread thread)
    {
        _isSet &= isNotification;
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(Processes.NtProcess process) => Cancel();

    private void Stop()
    {
        if (IsActive)
        {
            IsActive = false;
            executive.Timers.Remove(this);
        }
        _thread?.RemoveApcsOf(this);
        _thread = null;
    }
}
