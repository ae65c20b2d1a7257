using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// Waits and wake-ups: one lock guards the signal state of every <see cref="DispatcherObject"/>; each thread blocks on its own
/// <see cref="ThreadPark"/>. Lock order: an address-space or object lock may be held when this lock is taken, never the reverse.
/// </summary>
public sealed class Dispatcher
{
    /// <summary>Guards signal states, wait blocks, APC queues and alerts.</summary>
    public Lock Lock { get; } = new();

    /// <summary>
    /// Waits until one object (or all) is signaled, the time-out ends, or, when alertable, an APC or alert comes.
    /// Returns STATUS_WAIT_0 + index, STATUS_ABANDONED_WAIT_0 + index, STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ALERTED; a
    /// thread that is being terminated gets STATUS_THREAD_IS_TERMINATING.
    /// </summary>
    public NtStatus Wait(NtThread thread, DispatcherObject[] objects, bool waitAll, bool alertable, NtTimeout timeout) => throw new NotImplementedException();

    /// <summary>Re-examines the waits on an object whose state was just changed. Call under <see cref="Lock"/>.</summary>
    public void Signal(DispatcherObject value) => throw new NotImplementedException();
}
