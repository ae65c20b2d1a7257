using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>Scratch list for scatter-gather transfers of this thread.</summary>
    internal List<GuestSegment> IoSegments { get; } = new(16);

    /// <summary>NT name whose next NtCreateFile by this thread opens the link itself (see <see cref="Gates.SymbolicLinks"/>), or null.</summary>
    internal string? LinkToOpen { get; set; }

    /// <summary>The request that a synchronous call of this thread waits for, or null.</summary>
    internal volatile IoRequest? SynchronousRequest;

    /// <summary>Set by NtCancelSynchronousIoFile while the thread waits for a host descriptor; cleared by the waiting call.</summary>
    internal volatile bool SynchronousIoCancelled;

    /// <summary>The thread waits for a host descriptor in a synchronous call.</summary>
    internal volatile bool WaitsForDescriptor;

    /// <summary>What the thread waits for in a synchronous call that has no request, or null: a pipe that listens, a pipe that is drained.</summary>
    private volatile DispatcherObject? _cancellableWait;

    private readonly Lock _requestLock = new();
    private IoRequest? _firstRequest;

    /// <summary>A call of the thread is under way, as ThreadIsIoPending tells.</summary>
    internal bool HasPendingIo
    {
        get
        {
            lock (_requestLock)
            {
                return _firstRequest is not null || WaitsForDescriptor;
            }
        }
    }

    /// <summary>A request of this thread waits, on a file without a completion port: it ends at the latest with the thread.</summary>
    internal void AddRequest(IoRequest request)
    {
        lock (_requestLock)
        {
            request.NextOfThread = _firstRequest;
            if (_firstRequest is { } first)
            {
                first.PreviousOfThread = request;
            }
            _firstRequest = request;
        }
    }

    /// <summary>The request has ended. Also for one that was never added.</summary>
    internal void RemoveRequest(IoRequest request)
    {
        lock (_requestLock)
        {
            if (request.PreviousOfThread is { } previous)
            {
                previous.NextOfThread = request.NextOfThread;
            }
            else if (_firstRequest == request)
            {
                _firstRequest = request.NextOfThread;
            }
            if (request.NextOfThread is { } next)
            {
                next.PreviousOfThread = request.PreviousOfThread;
            }
            request.PreviousOfThread = request.NextOfThread = null;
        }
    }

    /// <summary>
    /// The thread ends: its requests are cancelled, as NT does. Those on files with a completion port go on (since Windows Vista). Nothing is written
    /// for them any more once this returns.
    /// </summary>
    internal void CancelRequests()
    {
        while (true)
        {
            IoRequest? request;
            lock (_requestLock)
            {
                request = _firstRequest;
            }
            if (request is null)
            {
                return;
            }
            request.Cancel();
            request.SpinUntilCompleted();
            RemoveRequest(request);
        }
    }

    /// <summary>Waits in a synchronous call; NtCancelSynchronousIoFile ends it with STATUS_CANCELLED.</summary>
    internal NtStatus WaitCancellably(DispatcherObject value, NtTimeout timeout)
    {
        _cancellableWait = value;
        NtStatus status = Executive.Dispatcher.Wait(this, value, false, timeout);
        _cancellableWait = null;
        return status;
    }

    /// <summary>Ends the synchronous call that the thread waits in. False when there is none that <paramref name="ioStatus"/> belongs to.</summary>
    /// <param name="ioStatus">Status block of the call; null for any.</param>
    internal bool CancelSynchronousIo(GuestPointer ioStatus)
    {
        if (SynchronousRequest is { } pending && (ioStatus.IsNull || pending.Reply.IoStatus == ioStatus))
        {
            pending.Cancel();
            return true;
        }
        if (WaitsForDescriptor)
        {
            SynchronousIoCancelled = true;
            Park.Wake();
            return true;
        }
        return _cancellableWait is { } value && Executive.Dispatcher.Interrupt(this, value, NtStatus.Cancelled);
    }
}
