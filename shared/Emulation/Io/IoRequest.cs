using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io;

/// <summary>
/// An I/O call that waits: kept by its file object and by the device that will end it. It ends exactly once, by
/// <see cref="TryComplete"/>; whoever wins that race also owns the transfer of data.
/// </summary>
public abstract class IoRequest(IoReply reply) : DispatcherObject(ObjectKinds.File)
{
    private int _state;
    private bool _isCancelWanted;

    /// <summary>Where the result goes.</summary>
    public IoReply Reply { get; } = reply;

    /// <summary>True once it has ended.</summary>
    public bool IsCompleted => Volatile.Read(ref _state) == 2;

    /// <summary>The request of the same thread that came before; guarded by the thread's list.</summary>
    internal IoRequest? PreviousOfThread { get; set; }

    /// <summary>The request of the same thread that came after; guarded by the thread's list.</summary>
    internal IoRequest? NextOfThread { get; set; }

    /// <summary>Final status, once completed.</summary>
    public NtStatus Status { get; private set; }

    /// <summary>Takes the right to end the request; false when somebody else has it.</summary>
    public bool TryClaim() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    /// <summary>Ends the request; false when it had ended before.</summary>
    public bool TryComplete(NtStatus status, ulong information)
    {
        if (!TryClaim())
        {
            return false;
        }
        Finish(status, information);
        return true;
    }

    /// <summary>Ends a request that was claimed.</summary>
    public void Finish(NtStatus status, ulong information)
    {
        Status = status;
        Reply.File.RemoveRequest(this);
        Reply.CompleteLater(status, information);
        Dispatcher dispatcher = Reply.Thread.Executive.Dispatcher;
        lock (dispatcher.Lock)
        {
            Volatile.Write(ref _state, 2);
            dispatcher.Signal(this);
        }
        Reply.Thread.RemoveRequest(this);
    }

    /// <summary>Gives a claim back: the request could not be ended yet. A cancellation that came meanwhile happens now.</summary>
    public void Unclaim()
    {
        Interlocked.Exchange(ref _state, 0);
        if (Volatile.Read(ref _isCancelWanted))
        {
            Cancel();
        }
    }

    /// <summary>
    /// Cancels the request: takes it out of its device's queue and ends it with STATUS_CANCELLED. While somebody else has claimed
    /// it, it waits for <see cref="Unclaim"/>.
    /// </summary>
    public void Cancel()
    {
        Volatile.Write(ref _isCancelWanted, true);
        Interlocked.MemoryBarrier();
        if (TryClaim())
        {
            OnCancel();
            Finish(NtStatus.Cancelled, 0);
        }
    }

    /// <summary>Waits for the end of a request that was cancelled: whoever has claimed it is about to end it or to give it back.</summary>
    internal void SpinUntilCompleted()
    {
        SpinWait spin = default;
        while (!IsCompleted)
        {
            spin.SpinOnce();
        }
    }

    /// <summary>Takes the request out of the device's queue. Called once, after the claim.</summary>
    protected abstract void OnCancel();

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => IsCompleted;
}
