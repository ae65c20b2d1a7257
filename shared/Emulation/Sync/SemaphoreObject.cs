using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>A semaphore: signaled while its count is above zero; each satisfied wait takes one.</summary>
/// <param name="dispatcher">The executive's dispatcher.</param>
/// <param name="count">Initial count, 0 to <paramref name="limit"/>.</param>
/// <param name="limit">Highest count, at least 1.</param>
public sealed class SemaphoreObject(Dispatcher dispatcher, int count, int limit) : DispatcherObject(ObjectKinds.Semaphore)
{
    private int _count = count;

    /// <summary>SEMAPHORE_QUERY_STATE.</summary>
    public const uint QueryState = 1;

    /// <summary>SEMAPHORE_MODIFY_STATE.</summary>
    public const uint ModifyState = 2;

    /// <summary>Highest count.</summary>
    public int Limit { get; } = limit;

    /// <summary>The current count.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds to the count: STATUS_SEMAPHORE_LIMIT_EXCEEDED, and nothing added, when that passes the limit or is not positive.</summary>
    public NtStatus Release(int amount, out int previous)
    {
        lock (dispatcher.Lock)
        {
            previous = _count;
            if (amount <= 0 || amount > Limit - previous)
            {
                return NtStatus.SemaphoreLimitExceeded;
            }
            _count = previous + amount;
            dispatcher.Signal(this);
            return NtStatus.Success;
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => _count > 0;

    /// <inheritdoc/>
    internal override NtStatus Acquire(NtThread thread)
    {
        _count--;
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus SignalBeforeWait(NtThread thread, uint grantedAccess) =>
        (grantedAccess & ModifyState) == 0 ? NtStatus.AccessDenied : Release(1, out _);
}
