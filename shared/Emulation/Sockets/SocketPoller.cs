using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The host thread of a VM that waits until sockets are ready, by epoll(7), and until time-outs of socket calls end. Readiness is
/// edge-triggered: a socket is told once a change, and asks for flags again when it wants more.
/// </summary>
internal sealed class SocketPoller : IDisposable
{
    private const int Batch = 64;
    private const ulong WakeKey = 0;
    private const int FirstPurge = 1024;

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wake;
    private readonly PausableClock _clock;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, SocketFile> _sockets = [];
    private readonly PriorityQueue<ITimedRequest, long> _deadlines = new();
    private ulong _lastKey = WakeKey;
    private int _purgeAt = FirstPurge;
    private long _sleepsUntil;
    private volatile bool _isDisposed;

    private SocketPoller(SafeFileHandle epoll, SafeFileHandle wake, PausableClock clock)
    {
        (_epoll, _wake, _clock) = (epoll, wake, clock);
        clock.Started += Wake;
    }

    /// <summary>Starts the thread. STATUS_TOO_MANY_OPENED_FILES when the host gives no descriptors.</summary>
    public static NtStatus Create(PausableClock clock, out SocketPoller? poller)
    {
        poller = null;
        int epoll = NativeSocket.EpollCreate(NativeSocket.EpollCloseOnExec);
        if (epoll < 0)
        {
            return SocketError.LastStatus;
        }
        SafeFileHandle epollHandle = new(epoll, true);
        SafeFileHandle wake = NativeSync.EventDescriptor(0, NativeSync.EventFlags);
        if (wake.IsInvalid || NativeSocket.EpollControl(epollHandle, NativeSocket.EpollAdd, wake, new EpollEvent((uint)HostReadiness.In, WakeKey)) < 0)
        {
            NtStatus status = SocketError.LastStatus;
            epollHandle.Dispose();
            wake.Dispose();
            return status;
        }
        poller = new SocketPoller(epollHandle, wake, clock);
        new Thread(poller.Run, 256 << 10) { IsBackground = true, Name = "sockets" }.Start();
        return NtStatus.Success;
    }

    /// <summary>Makes a socket known; gives the key under which it is told. The host is asked from the first <see cref="TryWatch"/> on.</summary>
    public ulong Add(SocketFile socket)
    {
        lock (_lock)
        {
            _sockets[++_lastKey] = socket;
            return _lastKey;
        }
    }

    /// <summary>The registered sockets.</summary>
    public IReadOnlyList<SocketFile> Sockets()
    {
        lock (_lock)
        {
            return [.. _sockets.Values];
        }
    }

    /// <summary>
    /// Says which changes a socket wants to be told; what is there already is told at once. False when the host has no room for another.
    /// </summary>
    /// <param name="isFirst">The host has not been asked about this host socket before.</param>
    public bool TryWatch(SafeFileHandle host, ulong key, HostReadiness flags, bool isFirst) =>
        NativeSocket.EpollControl(_epoll, isFirst ? NativeSocket.EpollAdd : NativeSocket.EpollModify, host, new EpollEvent((uint)flags | NativeSocket.EpollEdgeTriggered, key)) == 0;

    /// <summary>Forgets a socket. The host forgets it when the host socket is closed.</summary>
    public void Remove(ulong key)
    {
        lock (_lock)
        {
            _sockets.Remove(key);
        }
    }

    /// <summary>Ends a request at a point of the VM's clock (<see cref="PausableClock.Now"/>), unless it has ended by then.</summary>
    public void AddDeadline(ITimedRequest request, long deadline)
    {
        bool isNext;
        lock (_lock)
        {
            if (_deadlines.Count >= _purgeAt)
            {
                Purge();
            }
            _deadlines.Enqueue(request, deadline);
            isNext = deadline < _sleepsUntil;
        }
        if (isNext)
        {
            Wake();
        }
    }

    /// <summary>Ends the thread. The VM's sockets must not be used any more.</summary>
    public void Dispose()
    {
        _clock.Started -= Wake;
        _isDisposed = true;
        Wake();
    }

    private void Wake() => NativeSync.Write(_wake, 1, sizeof(ulong));

    private void Run()
    {
        Span<EpollEvent> events = stackalloc EpollEvent[Batch];
        while (!_isDisposed)
        {
            int count = NativeSocket.EpollWait(_epoll, ref events[0], Batch, NextWait());
            lock (_lock)
            {
                _sleepsUntil = 0;
            }
            for (int i = 0; i < count; i++)
            {
                Tell(events[i]);
            }
            ExpireDue();
        }
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void Tell(EpollEvent happened)
    {
        if (happened.Key == WakeKey)
        {
            ulong ignored = 0;
            NativeSync.Read(_wake, ref ignored, sizeof(ulong));
            return;
        }
        SocketFile? socket;
        lock (_lock)
        {
            _sockets.TryGetValue(happened.Key, out socket);
        }
        socket?.OnReady(happened.Key, (HostReadiness)happened.Events);
    }

    /// <summary>Milliseconds until the next time-out, rounded up; -1 when there is none, or none before the clock is started again.</summary>
    private int NextWait()
    {
        lock (_lock)
        {
            while (_deadlines.TryPeek(out ITimedRequest? request, out _) && request.IsCompleted)
            {
                _deadlines.Dequeue();
            }
            if (!_deadlines.TryPeek(out _, out long deadline) || _clock.IsStopped)
            {
                _sleepsUntil = long.MaxValue;
                return -1;
            }
            _sleepsUntil = deadline;
            long left = deadline - _clock.Now;
            return left <= 0 ? 0 : (int)Math.Min(int.MaxValue, (left / (Stopwatch.Frequency / 1000)) + 1);
        }
    }

    /// <summary>Forgets requests that ended long before their time. Called under the lock.</summary>
    private void Purge()
    {
        (ITimedRequest Request, long Deadline)[] alive = [.. _deadlines.UnorderedItems.Where(item => !item.Element.IsCompleted)];
        _deadlines.Clear();
        _deadlines.EnqueueRange(alive);
        _purgeAt = Math.Max(FirstPurge, alive.Length * 2);
    }

    private void ExpireDue()
    {
        while (true)
        {
            ITimedRequest? request;
            lock (_lock)
            {
                if (!_deadlines.TryPeek(out request, out long deadline) || deadline > _clock.Now)
                {
                    return;
                }
                _deadlines.Dequeue();
            }
            request.Expire();
        }
    }
}
