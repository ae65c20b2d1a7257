using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io;

/// <summary>Pending requests.</summary>
public abstract partial class FileObject
{
    private readonly Lock _requestLock = new();
    private List<IoRequest>? _requests;

    /// <summary>
    /// Registers a request that its device could not end at once. Call before the device may end it. The file object and the
    /// event are no longer signaled.
    /// </summary>
    internal void AddRequest(IoRequest request)
    {
        request.Reply.Event?.Reset();
        SetSignaled(false);
        if (Port is null)
        {
            request.Reply.Thread.AddRequest(request);
        }
        // From here on another thread may cancel it.
        lock (_requestLock)
        {
            (_requests ??= []).Add(request);
        }
    }

    /// <summary>
    /// What the call that started a registered request returns: STATUS_PENDING, or for a synchronous file the request's own
    /// status once it has ended. An alert or a terminated thread cancels the request.
    /// </summary>
    internal NtStatus AwaitRequest(NtThread thread, IoRequest request)
    {
        if (!IsSynchronous && !request.Reply.IoStatus.IsNull)
        {
            return NtStatus.Pending;
        }
        thread.SynchronousRequest = request;
        NtStatus wait = Executive.Dispatcher.Wait(thread, [request], false, Options.HasFlag(FileOptions.SynchronousAlert), NtTimeout.Infinite);
        thread.SynchronousRequest = null;
        if (wait == NtStatus.Wait0)
        {
            return request.Status;
        }
        request.Cancel();
        request.SpinUntilCompleted();
        return request.Status != NtStatus.Cancelled ? request.Status : wait;
    }

    /// <summary>Cancels requests; returns how many were pending.</summary>
    /// <param name="thread">Only those of this thread; null for all.</param>
    /// <param name="ioStatus">Only the one with this status block; null pointer for all.</param>
    internal virtual int CancelRequests(NtThread? thread, GuestPointer ioStatus)
    {
        IoRequest[] found;
        lock (_requestLock)
        {
            found = _requests is null ? [] : [.. _requests.Where(r => (thread is null || r.Reply.Thread == thread) && (ioStatus.IsNull || r.Reply.IoStatus == ioStatus))];
        }
        foreach (IoRequest request in found)
        {
            request.Cancel();
        }
        return found.Length;
    }

    internal void RemoveRequest(IoRequest request)
    {
        lock (_requestLock)
        {
            _requests?.Remove(request);
        }
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        if (_requests is { Count: > 0 })
        {
            CancelRequests(null, default);
        }
    }
}
