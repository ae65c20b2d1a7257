using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// An event: a notification event stays signaled until it is reset, a synchronization event lets one waiter through. The state of one that is used
/// often is left to the programs in an <see cref="EventWord"/> while nobody waits for it here (EventObject.Sharing.cs).
/// </summary>
/// <param name="dispatcher">The executive's dispatcher.</param>
/// <param name="isNotification">NotificationEvent (manual reset) instead of SynchronizationEvent (auto reset).</param>
/// <param name="isSet">Initial state.</param>
public sealed partial class EventObject(Dispatcher dispatcher, bool isNotification, bool isSet) : DispatcherObject(ObjectKinds.Event)
{
    private bool _isSet = isSet;

    /// <summary>EVENT_QUERY_STATE.</summary>
    public const uint QueryState = 1;

    /// <summary>EVENT_MODIFY_STATE.</summary>
    public const uint ModifyState = 2;

    /// <summary>True for a notification (manual-reset) event.</summary>
    public bool IsNotification { get; } = isNotification;

    /// <summary>The current state.</summary>
    public bool IsSet
    {
        get
        {
            lock (dispatcher.Lock)
            {
                return _isWithPrograms ? _word!.IsSet : _isSet;
            }
        }
    }

    /// <summary>Signals the event; returns the state before.</summary>
    public bool Set()
    {
        lock (dispatcher.Lock)
        {
            bool previous = SignalWaiters();
            OfferToPrograms();
            return previous;
        }
    }

    /// <summary>Makes the event not signaled; returns the state before.</summary>
    public bool Reset()
    {
        LetLookersSee();
        lock (dispatcher.Lock)
        {
            TakeFromPrograms();
            bool previous = _isSet;
            _isSet = false;
            OfferToPrograms();
            return previous;
        }
    }

    /// <summary>Releases those who wait right now (all of a notification event, one of a synchronization event) and resets; returns the state before.</summary>
    public bool Pulse()
    {
        EndSharing();
        lock (dispatcher.Lock)
        {
            bool previous = SignalWaiters();
            _isSet = false;
            return previous;
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread)
    {
        TakeFromPrograms();
        return _isSet;
    }

    /// <inheritdoc/>
    internal override NtStatus Acquire(NtThread thread)
    {
        _isSet &= IsNotification;
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus SignalBeforeWait(NtThread thread, uint grantedAccess)
    {
        if ((grantedAccess & ModifyState) == 0)
        {
            return NtStatus.AccessDenied;
        }
        Set();
        return NtStatus.Success;
    }

    private bool SignalWaiters()
    {
        TakeFromPrograms();
        bool previous = _isSet;
        _isSet = true;
        if (!previous)
        {
            _isBusy = true;
            dispatcher.Signal(this);
            _isBusy = false;
        }
        return previous;
    }
}
