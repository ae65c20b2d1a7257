using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// The one place where a guest thread's host thread blocks: until <see cref="Wake"/>, a deadline, or a host descriptor is
/// ready. A wake-up that comes before the wait is kept (one token); callers re-check their own condition after every return.
/// Another thread can hold a parked thread (ThreadPark.Hold.cs): its wait then does not return before it is released. Nor does it while the VM is paused.
/// </summary>
/// <param name="clock">The VM's clock, on which deadlines are.</param>
/// <param name="running">Counts the threads that are not blocked, or null.</param>
public sealed partial class ThreadPark(PausableClock clock, RunningThreads? running = null) : IDisposable
{
    private const int Empty = 0;
    private const int Token = 1;
    private const int Sleeping = 2;
    private const int Polling = 3;

    private readonly FutexWord _word = new();
    private SafeFileHandle? _event;

    /// <summary>Blocks until woken (true) or the deadline has passed (false).</summary>
    public bool Wait(Deadline deadline)
    {
        if (Interlocked.Exchange(ref _word.Value, Empty) == Token)
        {
            return true;
        }
        while (true)
        {
            EnterParked();
            bool woken = Sleep(clock.ToHost(deadline));
            LeaveParked();
            if (woken || clock.HasPassed(deadline))
            {
                return woken;
            }
        }
    }

    /// <summary>
    /// Blocks until the host descriptor has one of the poll(2) <paramref name="events"/>, or <see cref="Wake"/>, or the deadline.
    /// </summary>
    /// <returns>The descriptor's ready events; 0 when woken or timed out.</returns>
    public short WaitDescriptor(int descriptor, short events, Deadline deadline)
    {
        if (Interlocked.Exchange(ref _word.Value, Empty) == Token)
        {
            return 0;
        }
        _event ??= CreateEvent();
        while (true)
        {
            EnterParked();
            bool woken = !TryPoll(descriptor, events, clock.ToHost(deadline), _event, out short ready);
            LeaveParked();
            if (woken || ready != 0 || clock.HasPassed(deadline))
            {
                return ready;
            }
        }
    }

    /// <summary>Wakes the thread; callable from any thread at any time.</summary>
    public void Wake()
    {
        switch (Interlocked.Exchange(ref _word.Value, Token))
        {
            case Sleeping:
                _word.Wake(1);
                break;
            case Polling:
                SignalEvent();
                break;
        }
    }

    /// <summary>Closes the eventfd, if there is one. The thread must not wait again.</summary>
    public void Dispose() => _event?.Dispose();

    private bool Sleep(long deadline)
    {
        while (true)
        {
            if (Interlocked.CompareExchange(ref _word.Value, Sleeping, Empty) == Token)
            {
                Volatile.Write(ref _word.Value, Empty);
                return true;
            }
            bool inTime = _word.Wait(Sleeping, deadline);
            if (Interlocked.Exchange(ref _word.Value, Empty) == Token)
            {
                return true;
            }
            if (!inTime)
            {
                return false;
            }
        }
    }

    /// <summary>Polls until the host's time <paramref name="deadline"/>; false when woken.</summary>
    private bool TryPoll(int descriptor, short events, long deadline, SafeFileHandle wakeUp, out short ready)
    {
        ready = 0;
        Span<PollDescriptor> descriptors = stackalloc PollDescriptor[2];
        while (Interlocked.CompareExchange(ref _word.Value, Polling, Empty) != Token)
        {
            descriptors[0] = new PollDescriptor(descriptor, events);
            descriptors[1] = new PollDescriptor((int)wakeUp.DangerousGetHandle(), NativeSync.PollIn);
            ref PollDescriptor first = ref MemoryMarshal.GetReference(descriptors);
            int count = deadline == long.MaxValue
                ? NativeSync.Poll(ref first, 2, 0, 0)
                : NativeSync.Poll(ref first, 2, Timespec.FromNanoseconds(deadline - Stopwatch.GetTimestamp()), 0);
            int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (descriptors[1].Returned != 0)
            {
                ulong ignored = 0;
                NativeSync.Read(wakeUp, ref ignored, sizeof(ulong));
            }
            if (Interlocked.Exchange(ref _word.Value, Empty) == Token)
            {
                return false;
            }
            if (count > 0 && descriptors[0].Returned != 0)
            {
                ready = descriptors[0].Returned;
                return true;
            }
            if (count < 0 && error != NativeSync.Eintr)
            {
                return false;
            }
            if (count == 0)
            {
                return true;
            }
        }
        Volatile.Write(ref _word.Value, Empty);
        return false;
    }

    private static SafeFileHandle CreateEvent()
    {
        SafeFileHandle created = NativeSync.EventDescriptor(0, NativeSync.EventFlags);
        return created.IsInvalid
            ? throw new InvalidOperationException($"eventfd failed with errno {Marshal.GetLastPInvokeError()}: raise the limit of open files (RLIMIT_NOFILE)")
            : created;
    }

    private void SignalEvent()
    {
        try
        {
            NativeSync.Write(_event!, 1ul, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The thread ended between the exchange and the write: nobody is left to wake.
        }
    }
}
