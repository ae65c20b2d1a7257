using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// A mutant (mutex): one thread owns it, as often as it likes; a thread that ends without releasing it abandons it, which the
/// next owner learns from STATUS_ABANDONED_WAIT_0.
/// </summary>
/// <param name="dispatcher">The executive's dispatcher.</param>
public sealed class MutantObject(Dispatcher dispatcher) : DispatcherObject(ObjectKinds.Mutant)
{
    private int _recursion;

    /// <summary>MUTANT_QUERY_STATE.</summary>
    public const uint QueryState = 1;

    /// <summary>The owner, or null. Guarded by the dispatcher lock.</summary>
    public NtThread? Owner { get; private set; }

    /// <summary>True when the last owner ended without releasing it. Guarded by the dispatcher lock.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>NT's count: 1 when free, 0 when owned once, -1 when owned twice and so on.</summary>
    public int CurrentCount => 1 - _recursion;

    /// <summary>Gives up one ownership: STATUS_MUTANT_NOT_OWNED when the thread is not the owner.</summary>
    public NtStatus Release(NtThread thread, out int previousCount)
    {
        lock (dispatcher.Lock)
        {
            previousCount = CurrentCount;
            if (Owner != thread)
            {
                return NtStatus.MutantNotOwned;
            }
            if (--_recursion == 0)
            {
                Free();
            }
            return NtStatus.Success;
        }
    }

    /// <summary>Makes the thread the owner of a new mutant.</summary>
    internal void TakeInitially(NtThread thread)
    {
        lock (dispatcher.Lock)
        {
            Acquire(thread);
        }
    }

    /// <summary>The owner has ended. Called under the dispatcher lock.</summary>
    internal void Abandon()
    {
        _recursion = 0;
        IsAbandoned = true;
        Free();
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => Owner is null || Owner == thread;

    /// <inheritdoc/>
    internal override NtStatus Acquire(NtThread thread)
    {
        if (Owner is null)
        {
            Owner = thread;
            thread.OwnedMutants.Add(this);
        }
        _recursion++;
        NtStatus status = IsAbandoned ? NtStatus.AbandonedWait0 : NtStatus.Success;
        IsAbandoned = false;
        return status;
    }

    /// <inheritdoc/>
    internal override NtStatus SignalBeforeWait(NtThread thread, uint grantedAccess) => Release(thread, out _);

    private void Free()
    {
        Owner!.OwnedMutants.Remove(this);
        Owner = null;
        dispatcher.Signal(this);
    }
}
