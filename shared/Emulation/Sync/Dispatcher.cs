using System.Diagnostics;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// Waits and wake-ups: one lock guards the signal state of every <see cref="DispatcherObject"/>; each thread blocks on its own
/// <see cref="ThreadPark"/>. Waiters of an object are served in arrival order. Lock order: an address-space or object lock may
/// be held when this lock is taken, never the reverse.
/// </summary>
public sealed class Dispatcher
{
    /// <summary>Most objects of one wait (MAXIMUM_WAIT_OBJECTS).</summary>
    public const int MaximumWaitObjects = 64;

    private readonly Queue<WaitCompletionPacketObject> _fired = new();
    private bool _isDelivering;

    /// <summary>Guards signal states, wait blocks, APC queues and alerts. May be entered again by its holder.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Called without locks when a wait has ended by its time-out, before the program goes on.</summary>
    internal Action? TimedOut { get; set; }

    /// <summary>
    /// Waits until one object (or all) is signaled, the time-out ends, or, when alertable, an APC or alert comes.
    /// Returns STATUS_WAIT_0 + index, STATUS_ABANDONED_WAIT_0 + index, STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ALERTED; a
    /// thread that is being terminated gets STATUS_THREAD_IS_TERMINATING. Without objects it is a delay. In a posted call a wait
    /// that would block is <see cref="NtStatus.MustExit"/>.
    /// </summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="objects">0 to 64 objects; with <paramref name="waitAll"/> all different.</param>
    public NtStatus Wait(NtThread thread, ReadOnlySpan<DispatcherObject> objects, bool waitAll, bool alertable, NtTimeout timeout)
    {
        lock (Lock)
        {
            if (TryFinishNow(thread, objects, waitAll, alertable, timeout.IsPoll, out NtStatus result))
            {
                return result;
            }
            if (thread.IsPosted)
            {
                return NtStatus.MustExit;
            }
            thread.WaitBlock.Describe(objects, waitAll, alertable, timeout.Deadline);
            thread.WaitBlock.Enqueue();
        }
        return Block(thread);
    }

    /// <summary>Waits for one object.</summary>
    public NtStatus Wait(NtThread thread, DispatcherObject value, bool alertable, NtTimeout timeout) =>
        Wait(thread, new ReadOnlySpan<DispatcherObject>(in value), false, alertable, timeout);

    /// <summary>Signals an event, mutant or semaphore and waits for another object as one step (NtSignalAndWaitForSingleObject).</summary>
    internal NtStatus SignalAndWait(NtThread thread, DispatcherObject signal, uint signalAccess, DispatcherObject wait, bool alertable, NtTimeout timeout)
    {
        lock (Lock)
        {
            NtStatus status = signal.SignalBeforeWait(thread, signalAccess);
            if (!status.IsSuccess)
            {
                return status;
            }
            ReadOnlySpan<DispatcherObject> objects = new(in wait);
            if (TryFinishNow(thread, objects, false, alertable, timeout.IsPoll, out NtStatus result))
            {
                return result;
            }
            thread.WaitBlock.Describe(objects, false, alertable, timeout.Deadline);
            thread.WaitBlock.Enqueue();
        }
        return Block(thread);
    }

    /// <summary>
    /// Starts the thread's last wait again, with the same objects and the same absolute deadline: after an
    /// <see cref="Interrupt"/> that the program must not see.
    /// </summary>
    internal NtStatus Restart(NtThread thread)
    {
        WaitBlock block = thread.WaitBlock;
        lock (Lock)
        {
            DispatcherObject[] objects = new DispatcherObject[block.Count];
            for (int i = 0; i < objects.Length; i++)
            {
                objects[i] = block.Entries[i].Object;
            }
            if (TryFinishNow(thread, objects, block.WaitAll, block.Alertable, false, out NtStatus result))
            {
                return result;
            }
            block.Enqueue();
        }
        return Block(thread);
    }

    /// <summary>
    /// Re-examines the waits on an object whose state was just changed: satisfies those that it can, first come first served,
    /// and wakes their threads. Call under <see cref="Lock"/>.
    /// </summary>
    public void Signal(DispatcherObject value)
    {
        SignalWaiters(value);
        if (_fired.Count == 0 || _isDelivering)
        {
            return;
        }
        // One after the other, however many ports wait for each other: a packet that a delivery fires is delivered here, too.
        _isDelivering = true;
        while (_fired.TryDequeue(out WaitCompletionPacketObject? packet))
        {
            packet.Deliver();
        }
        _isDelivering = false;
    }

    /// <summary>
    /// Ends the wait of a thread with <paramref name="status"/>, whatever it waits for: the thread is to be terminated, suspended
    /// for a snapshot, alerted. False when it does not wait.
    /// </summary>
    public bool Interrupt(NtThread thread, NtStatus status)
    {
        lock (Lock)
        {
            if (thread.WaitBlock.IsDone)
            {
                return false;
            }
            Finish(thread.WaitBlock, status);
            return true;
        }
    }

    /// <summary>Ends the wait of a thread with <paramref name="status"/> if it waits for <paramref name="value"/> alone.</summary>
    internal bool Interrupt(NtThread thread, DispatcherObject value, NtStatus status)
    {
        lock (Lock)
        {
            WaitBlock block = thread.WaitBlock;
            return !block.IsDone && block.Count == 1 && block.Entries[0].Object == value && Interrupt(thread, status);
        }
    }

    private void SignalWaiters(DispatcherObject value)
    {
        WaitEntry? entry = value.Waiters.First;
        while (entry is not null)
        {
            WaitEntry? next = entry.Next;
            if (entry.Block is not { } block)
            {
                // No target of a packet looks at the thread: mutants do, and are refused.
                if (!value.IsSignaled(null!))
                {
                    return;
                }
                value.Acquire(null!);
                entry.Packet!.Fire();
                _fired.Enqueue(entry.Packet);
                entry = next;
                continue;
            }
            if (!value.IsSignaled(block.Thread))
            {
                return;
            }
            while (next is not null && next.Block == block)
            {
                next = next.Next;
            }
            if (!block.WaitAll)
            {
                Finish(block, value.Acquire(block.Thread) + entry.Index);
            }
            else if (TryAcquireAll(block, out NtStatus status))
            {
                Finish(block, status);
            }
            entry = next;
        }
    }

    private static bool TryFinishNow(NtThread thread, ReadOnlySpan<DispatcherObject> objects, bool waitAll, bool alertable, bool poll, out NtStatus result)
    {
        bool finished = TryAcquire(thread, objects, waitAll, alertable, poll, out result);
        if (finished || thread.IsPosted)
        {
            foreach (DispatcherObject value in objects)
            {
                value.OfferToPrograms();
            }
        }
        return finished;
    }

    private static bool TryAcquire(NtThread thread, ReadOnlySpan<DispatcherObject> objects, bool waitAll, bool alertable, bool poll, out NtStatus result)
    {
        if (thread.IsTerminating)
        {
            result = NtStatus.ThreadIsTerminating;
            return true;
        }
        if (waitAll ? TryAcquireAll(thread, objects, out result) : TryAcquireAny(thread, objects, out result))
        {
            return true;
        }
        if (alertable && thread.TryTakeAlert(out result))
        {
            return true;
        }
        result = NtStatus.Timeout;
        return poll;
    }

    private static bool TryAcquireAny(NtThread thread, ReadOnlySpan<DispatcherObject> objects, out NtStatus result)
    {
        for (int i = 0; i < objects.Length; i++)
        {
            if (objects[i].IsSignaled(thread))
            {
                result = objects[i].Acquire(thread) + i;
                return true;
            }
        }
        result = default;
        return false;
    }

    private static bool TryAcquireAll(NtThread thread, ReadOnlySpan<DispatcherObject> objects, out NtStatus result)
    {
        result = NtStatus.Success;
        foreach (DispatcherObject value in objects)
        {
            if (!value.IsSignaled(thread))
            {
                return false;
            }
        }
        foreach (DispatcherObject value in objects)
        {
            if (value.Acquire(thread) == NtStatus.AbandonedWait0)
            {
                result = NtStatus.AbandonedWait0;
            }
        }
        return objects.Length != 0;
    }

    private static bool TryAcquireAll(WaitBlock block, out NtStatus result)
    {
        result = NtStatus.Success;
        foreach (WaitEntry entry in block.Entries)
        {
            if (!entry.Object.IsSignaled(block.Thread))
            {
                return false;
            }
        }
        foreach (WaitEntry entry in block.Entries)
        {
            if (entry.Object.Acquire(block.Thread) == NtStatus.AbandonedWait0)
            {
                result = NtStatus.AbandonedWait0;
            }
        }
        return true;
    }

    private static void Finish(WaitBlock block, NtStatus status)
    {
        block.Finish(status);
        block.Thread.Park.Wake();
    }

    private NtStatus Block(NtThread thread)
    {
        WaitBlock block = thread.WaitBlock;
        long start = Stopwatch.GetTimestamp();
        while (!block.IsDone)
        {
            if (!thread.Park.Wait(block.Deadline))
            {
                lock (Lock)
                {
                    if (!block.IsDone)
                    {
                        block.Finish(NtStatus.Timeout);
                    }
                }
                TimedOut?.Invoke();
            }
        }
        thread.NoteObjectWait(start);
        return block.Result;
    }
}
