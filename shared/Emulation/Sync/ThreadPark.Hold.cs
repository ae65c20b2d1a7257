namespace PortableVirt.Emulation.Sync;

/// <summary>
/// Holding a thread in a safe place: while at least one hold is on it, a thread that is parked stays parked, so that its user
/// registers can be read and written.
/// </summary>
public sealed partial class ThreadPark
{
    private readonly FutexWord _holds = new();
    private int _parked;
    private ThreadPark? _observer;

    /// <summary>True while another thread holds this one, or the VM is paused: it has to go through <see cref="HonourHolds"/> before it runs guest code.</summary>
    public bool IsHeld => Volatile.Read(ref _holds.Value) != 0 || clock.IsPaused;

    /// <summary>True while the thread is blocked here, or waits for another thread's registers itself.</summary>
    public bool IsParked => Volatile.Read(ref _parked) != 0;

    /// <summary>Puts a hold on the thread; <paramref name="observer"/> is woken when it has parked.</summary>
    internal void Hold(ThreadPark observer)
    {
        Volatile.Write(ref _observer, observer);
        Interlocked.Increment(ref _holds.Value);
    }

    /// <summary>Takes a hold back.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _holds.Value) == 0)
        {
            _holds.Wake(int.MaxValue);
        }
    }

    /// <summary>Blocks while the thread is held. Called by the thread itself.</summary>
    internal void HonourHolds()
    {
        EnterParked();
        LeaveParked();
    }

    /// <summary>The thread's registers may be read by others from now on.</summary>
    internal void EnterParked()
    {
        running?.Leave();
        Interlocked.Exchange(ref _parked, 1);
        if (IsHeld)
        {
            Volatile.Read(ref _observer)?.Wake();
        }
    }

    /// <summary>Ends <see cref="EnterParked"/>; blocks while the thread is held.</summary>
    internal void LeaveParked()
    {
        while (true)
        {
            Interlocked.Exchange(ref _parked, 0);
            running?.Enter();
            if (!IsHeld)
            {
                return;
            }
            EnterParked();
            for (int holds = Volatile.Read(ref _holds.Value); holds != 0; holds = Volatile.Read(ref _holds.Value))
            {
                _holds.Wait(holds, long.MaxValue);
            }
            clock.WaitWhilePaused();
        }
    }

    /// <summary>
    /// Blocks until woken or the deadline (Stopwatch ticks) without honouring holds: for a thread that holds another one and has called
    /// <see cref="EnterParked"/>, so that two threads that hold each other both go on.
    /// </summary>
    internal bool WaitAsHolder(long deadline) => Interlocked.Exchange(ref _word.Value, Empty) == Token || Sleep(deadline);
}
