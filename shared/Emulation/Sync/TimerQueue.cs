namespace PortableVirt.Emulation.Sync;

/// <summary>
/// The timers of an executive that are set, by due time, and the host thread that fires them. The thread starts with the first
/// timer and sleeps until the next due time. In a pause it fires nothing.
/// </summary>
internal sealed class TimerQueue
{
    private static readonly Comparer<TimerObject> _byDueTime = Comparer<TimerObject>.Create(static (a, b) =>
        a.Deadline.Ticks != b.Deadline.Ticks ? a.Deadline.Ticks.CompareTo(b.Deadline.Ticks) : a.Sequence.CompareTo(b.Sequence));

    private readonly SortedSet<TimerObject> _relative = new(_byDueTime);
    private readonly SortedSet<TimerObject> _absolute = new(_byDueTime);
    private readonly Dispatcher _dispatcher;
    private readonly PausableClock _clock;
    private readonly ThreadPark _park;
    private long _sequence;
    private bool _running;

    /// <summary>An empty queue.</summary>
    /// <param name="dispatcher">The executive's dispatcher, whose lock guards the queue.</param>
    /// <param name="clock">The VM's clock.</param>
    public TimerQueue(Dispatcher dispatcher, PausableClock clock)
    {
        (_dispatcher, _clock, _park) = (dispatcher, clock, new ThreadPark(clock));
        // What comes next is another timer when a pause has moved the relative ones.
        clock.Started += _park.Wake;
    }

    /// <summary>Adds a timer that is not in the queue. Call under the dispatcher lock.</summary>
    internal void Add(TimerObject timer)
    {
        timer.Sequence = ++_sequence;
        SortedSet<TimerObject> timers = SetOf(timer);
        timers.Add(timer);
        if (!_running)
        {
            _running = true;
            new Thread(Run, 128 << 10) { IsBackground = true, Name = "timers" }.Start();
        }
        else if (timers.Min == timer)
        {
            _park.Wake();
        }
    }

    /// <summary>Takes a timer out. Call under the dispatcher lock, before its due time is changed.</summary>
    internal void Remove(TimerObject timer) => SetOf(timer).Remove(timer);

    private SortedSet<TimerObject> SetOf(TimerObject timer) => timer.Deadline.CountsPauses ? _absolute : _relative;

    private void Run()
    {
        while (true)
        {
            _park.Wait(FireDue());
        }
    }

    /// <summary>Fires what is due; returns the next due time.</summary>
    private Deadline FireDue()
    {
        lock (_dispatcher.Lock)
        {
            Deadline relative = FireDue(_relative);
            Deadline absolute = FireDue(_absolute);
            return _clock.ToHost(relative) <= _clock.ToHost(absolute) ? relative : absolute;
        }
    }

    private Deadline FireDue(SortedSet<TimerObject> timers)
    {
        while (timers.Min is { } first)
        {
            if (!_clock.HasPassed(first.Deadline))
            {
                return first.Deadline;
            }
            timers.Remove(first);
            first.Fire();
        }
        return Deadline.Never;
    }
}
