using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>An event: a notification event stays signaled until it is reset, a synchronization event lets one waiter through.</summary>
/// <param name="dispatcher">The executive's dispatcher.</param>
/// <param name="isNotification">NotificationEvent (manual reset) instead of SynchronizationEvent (auto reset).</param>
/// <param name="isSet">Initial state.</param>
public sealed class EventObject(Dispatcher dispatcher, bool isNotification, bool isSet) : DispatcherObject(ObjectKinds.Event)
{
    private bool _isSet = isSet;

    /// <summary>EVENT_QUERY_STATE.</summary>
    public const uint QueryState = 1;

    /// <summary>EVENT_MODIFY_STATE.</summary>
    public const uint ModifyState = 2;

    /// <summary>True for a notification (manual-reset) event.</summary>
    public bool IsNotification { get; } = isNotification;

    /// <summary>The current state.</summary>
    public bool IsSet => Volatile.Read(ref _isSet);

    /// <summary>Signals the event; returns the state before.</summary>
    public bool Set()
    {
        lock (dispatcher.Lock)
        {
            bool previous = _isSet;
            _isSet = true;
            if (!previous)
            {
                dispatcher.Signal(this);
            }
            return previous;
        }
    }

    /// <summary>Makes the event not signaled; returns the state before.</summary>
    public bool Reset()
    {
        lock (dispatcher.Lock)
        {
            bool previous = _isSet;
            _isSet = false;
            return previous;
        }
    }

    /// <summary>Releases those who wait right now (all of a notification event, one of a synchronization event) and resets; returns the state before.</summary>
    public bool Pulse()
    {
        lock (dispatcher.Lock)
        {
            bool previous = Set();
            _isSet = false;
            return previous;
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => _isSet;

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
}
