using System.Diagnostics;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

/// <summary>APCs and alerts. Queues and flags are guarded by the dispatcher lock, but for the alert by thread id.</summary>
public sealed partial class NtThread
{
    /// <summary>APCs that may be queued to one thread at a time; a program that queues more gets STATUS_INSUFFICIENT_RESOURCES.</summary>
    public const int MaximumQueuedApcs = 1 << 20;

    private const int AlertNone = 0;
    private const int AlertPending = 1;
    private const int AlertWaited = 2;

    private const int WaitsAfterVainSpin = 16;

    /// <summary>Some times what blocking and waking cost: 250 us.</summary>
    private static readonly long _shortAlertWait = Stopwatch.Frequency / 4_000;

    private readonly Queue<UserApc> _apcs = new();
    private readonly Queue<UserApc> _specialApcs = new();
    private bool _alerted;
    private int _alertById;
    private int _waitsWithoutSpin;
    private int _objectWaitsWithoutSpin;
    private volatile bool _hasSpecialApc;

    /// <summary>True when a special user APC waits for delivery at the next return to user mode.</summary>
    public bool HasSpecialApc => _hasSpecialApc;

    /// <summary>
    /// Queues an APC and wakes the thread when it waits alertably. False when the thread has ended, is about to, or has
    /// <see cref="MaximumQueuedApcs"/> queued.
    /// </summary>
    public bool QueueUserApc(UserApc apc)
    {
        lock (Executive.Dispatcher.Lock)
        {
            if (!apc.IsSpecial)
            {
                TakeOwnApc();
            }
            Queue<UserApc> queue = apc.IsSpecial ? _specialApcs : _apcs;
            if (HasEnded || IsTerminating || queue.Count >= MaximumQueuedApcs)
            {
                return false;
            }
            queue.Enqueue(apc);
            _hasSpecialApc |= apc.IsSpecial;
            if (!WaitBlock.IsDone && WaitBlock.Alertable)
            {
                Executive.Dispatcher.Interrupt(this, NtStatus.UserApc);
            }
        }
        if (apc.IsSpecial)
        {
            Kick();
        }
        return true;
    }

    /// <summary>
    /// Takes the next APC to deliver, special ones first; called by the run loop when a call returned STATUS_USER_APC and by
    /// NtContinue with its alert flag.
    /// </summary>
    public bool TryTakeUserApc(out UserApc apc)
    {
        lock (Executive.Dispatcher.Lock)
        {
            TakeOwnApc();
            bool taken = TryTakeSpecial(out apc) || _apcs.TryDequeue(out apc);
            LeaveApcsToGate();
            return taken;
        }
    }

    /// <summary>Takes the next special APC; called by the run loop before it enters user mode when <see cref="HasSpecialApc"/>.</summary>
    public bool TryTakeSpecialUserApc(out UserApc apc)
    {
        lock (Executive.Dispatcher.Lock)
        {
            return TryTakeSpecial(out apc);
        }
    }

    /// <summary>True while an APC of this timer is queued. Call under the dispatcher lock.</summary>
    internal bool HasApcOf(TimerObject timer)
    {
        foreach (UserApc apc in _apcs)
        {
            if (apc.Source == timer)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Takes back the APC of a timer that is stopped. Call under the dispatcher lock.</summary>
    internal void RemoveApcsOf(TimerObject timer)
    {
        if (!HasApcOf(timer))
        {
            return;
        }
        for (int i = _apcs.Count; i > 0; i--)
        {
            UserApc apc = _apcs.Dequeue();
            if (apc.Source != timer)
            {
                _apcs.Enqueue(apc);
            }
        }
        LeaveApcsToGate();
    }

    /// <summary>NtAlertThread: ends an alertable wait with STATUS_ALERTED, or the next one.</summary>
    internal void Alert()
    {
        lock (Executive.Dispatcher.Lock)
        {
            if (!WaitBlock.IsDone && WaitBlock.Alertable)
            {
                Executive.Dispatcher.Interrupt(this, NtStatus.Alerted);
            }
            else
            {
                _alerted = true;
            }
        }
    }

    /// <summary>
    /// What an alertable wait finds at its start: STATUS_ALERTED (the alert is used up) or STATUS_USER_APC (the run loop takes the
    /// APCs). False when there is nothing. Call under the dispatcher lock.
    /// </summary>
    internal bool TryTakeAlert(out NtStatus status)
    {
        if (_alerted)
        {
            _alerted = false;
            status = NtStatus.Alerted;
            return true;
        }
        status = NtStatus.UserApc;
        TakeOwnApc();
        LeaveApcsToGate();
        return _apcs.Count + _specialApcs.Count != 0;
    }

    /// <summary>NtAlertThreadByThreadId: gives the thread its one token. Takes no lock.</summary>
    internal void AlertById()
    {
        if (Mailbox?.TryAlert() == true)
        {
            return;
        }
        if (Interlocked.Exchange(ref _alertById, AlertPending) == AlertWaited)
        {
            Park.Wake();
        }
    }

    /// <summary>
    /// NtWaitForAlertByThreadId: takes the token, waiting for it if need be. STATUS_ALERTED, STATUS_TIMEOUT or
    /// STATUS_THREAD_IS_TERMINATING. Takes no lock.
    /// </summary>
    internal NtStatus WaitForAlertById(NtTimeout timeout)
    {
        long start = 0;
        while (true)
        {
            if (Interlocked.CompareExchange(ref _alertById, timeout.IsPoll || IsPosted ? AlertNone : AlertWaited, AlertNone) == AlertPending)
            {
                Mailbox?.ClearToken();
                Volatile.Write(ref _alertById, AlertNone);
                NoteAlertWait(start);
                return NtStatus.Alerted;
            }
            if (IsPosted && !timeout.IsPoll)
            {
                return NtStatus.MustExit;
            }
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
            NtStatus status = IsTerminating ? NtStatus.ThreadIsTerminating : NtStatus.Timeout;
            if (IsTerminating || timeout.IsPoll || !Park.Wait(timeout.Deadline))
            {
                Mailbox?.ClearToken();
                NoteAlertWait(0);
                return Interlocked.Exchange(ref _alertById, AlertNone) == AlertPending ? NtStatus.Alerted : status;
            }
        }
    }

    /// <summary>
    /// A wait that was over soon would have been over sooner in user mode, as long as there is a processor for each thread. A look there that
    /// was in vain is not repeated for the next waits.
    /// </summary>
    private void NoteAlertWait(long start)
    {
        if (Mailbox is not { } mailbox || IsPosted)
        {
            return;
        }
        if (mailbox.SpinsForAlert)
        {
            mailbox.SetSpinsForAlert(false);
            _waitsWithoutSpin = WaitsAfterVainSpin;
        }
        else if (_waitsWithoutSpin > 0)
        {
            _waitsWithoutSpin--;
        }
        else if (start != 0 && Stopwatch.GetTimestamp() - start < _shortAlertWait && Executive.Running.Count <= Environment.ProcessorCount)
        {
            mailbox.SetSpinsForAlert(true);
        }
    }

    /// <summary>
    /// A wait for objects that was over soon would have been over sooner in user mode, where it is for events alone. A look there that was in vain is
    /// not repeated for the next waits, so that a thread that blocks for long does not burn its processor.
    /// </summary>
    internal void NoteObjectWait(long start)
    {
        if (Mailbox is not { } mailbox)
        {
            return;
        }
        if (mailbox.TakeVainLook())
        {
            mailbox.SetSpinsForEvents(false);
            _objectWaitsWithoutSpin = WaitsAfterVainSpin;
        }
        else if (_objectWaitsWithoutSpin > 0)
        {
            _objectWaitsWithoutSpin--;
        }
        else if (!mailbox.SpinsForEvents && Stopwatch.GetTimestamp() - start < _shortAlertWait && Executive.Running.Count <= Environment.ProcessorCount)
        {
            mailbox.SetSpinsForEvents(true);
        }
    }

    /// <summary>Takes the APC that the thread has queued to itself in user mode, if there is one, into the queue. Call under the dispatcher lock.</summary>
    private void TakeOwnApc()
    {
        if (Mailbox?.HoldApcs(out UserApc apc) == true)
        {
            _apcs.Enqueue(apc);
        }
    }

    /// <summary>Lets the thread queue its next APC in user mode, when none is queued here. Call under the dispatcher lock.</summary>
    private void LeaveApcsToGate()
    {
        if (_apcs.Count == 0)
        {
            Mailbox?.ReleaseApcs();
        }
    }

    private bool TryTakeSpecial(out UserApc apc)
    {
        bool taken = _specialApcs.TryDequeue(out apc);
        _hasSpecialApc = _specialApcs.Count != 0;
        return taken;
    }
}
