using System.Diagnostics;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// The timers of an executive that are set, by due time, and the host thread that fires them. The thread starts with the first
/// timer and sleeps until the next due time.
/// </summary>
/// <param name="dispatcher">The executive's dispatcher, whose lock guards the queue.</param>
internal sealed class TimerQueue(Dispatcher dispatcher)
{
    private readonly SortedSet<TimerObject> _timers = new(Comparer<TimerObject>.Create(static (a, b) =>
        a.Deadline != b.Deadline ? a.Deadline.CompareTo(b.Deadline) : a.Sequence.CompareTo(b.Sequence)));

    private readonly ThreadPark _park = new();
    private long _sequence;
    private bool _running;

    /// <summary>Adds a timer that is not in the queue. Call under the dispatcher lock.</summary>
    internal void Add(TimerObject timer)
    {
        timer.Sequence = ++_sequence;
        _timers.Add(timer);
        if (!_running)
        {
            _running = true;
            new Thread(Run, 128 << 10) { IsBackground = true, Name = "timers" }.Start();
        }
        else if (_timers.Min == timer)
        {
            _park.Wake();
        }
    }

    /// <summary>Takes a timer out. Call under the dispatcher lock, before its due time is changed.</summary>
    internal void Remove(TimerObject timer) => _timers.Remove(timer);

    private void Run()
    {
        while (true)
        {
            _park.Wait(FireDue());
        }
    }

    /// <summary>Fires what is due; returns the next due time, or long.MaxValue.</summary>
    private long FireDue()
    {
        lock (dispatcher.Lock)
        {
            long now = Stopwatch.GetTimestamp();
            while (_timers.Min is { } first)
            {
                if (first.Deadline > now)
                {
                    return first.Deadline;
                }
                _timers.Remove(first);
                first.Fire(now);
            }
            return long.MaxValue;
        }
    }
}
