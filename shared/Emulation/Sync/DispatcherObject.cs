using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// An object that threads can wait for. All state of it that waits look at is guarded by <see cref="Dispatcher.Lock"/>; who
/// changes it to signaled calls <see cref="Dispatcher.Signal"/> under that lock.
/// </summary>
public abstract class DispatcherObject(ObjectKind kind) : KernelObject(kind)
{
    private WaitQueue _waiters;

    /// <summary>Waits in progress that name this object, in arrival order. Guarded by the dispatcher lock.</summary>
    internal ref WaitQueue Waiters => ref _waiters;

    /// <summary>True when a wait of <paramref name="thread"/> would be satisfied now. Called under the dispatcher lock.</summary>
    internal abstract bool IsSignaled(NtThread thread);

    /// <summary>
    /// Applies the side effect of a satisfied wait (an auto-reset event resets, a semaphore counts down, a mutant is owned).
    /// Called under the dispatcher lock. Returns STATUS_SUCCESS or STATUS_ABANDONED_WAIT_0.
    /// </summary>
    internal virtual NtStatus Acquire(NtThread thread) => NtStatus.Success;

    /// <summary>A wait that named the object is over: its state may be left to the programs again. Called under the dispatcher lock.</summary>
    internal virtual void OfferToPrograms()
    {
    }

    /// <summary>
    /// What NtSignalAndWaitForSingleObject does to its first object. Called under the dispatcher lock.
    /// STATUS_OBJECT_TYPE_MISMATCH unless the object is an event, a mutant or a semaphore.
    /// </summary>
    internal virtual NtStatus SignalBeforeWait(NtThread thread, uint grantedAccess) => NtStatus.ObjectTypeMismatch;
}
