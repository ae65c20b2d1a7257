using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>What the host says about the socket, and what becomes of it. All under the lock.</summary>
internal sealed partial class SocketFile
{
    /// <summary>The host socket of a registration is ready for something. Called by the poller, without locks.</summary>
    internal void OnReady(ulong key, HostReadiness ready)
    {
        lock (Lock)
        {
            if (_host is null || key != _key)
            {
                return;
            }
            OnReady(ready);
            UpdateWatch();
        }
        ServePolls(null);
        AdvanceAccept();
        lock (Lock)
        {
            HostReadiness idle = _watched & ~WantedReadiness();
            if (_host is { } host && (idle & ready) != 0)
            {
                // Nobody waits for this any more: do not be woken again.
                _watched &= ~idle;
                _poller!.TryWatch(host, _key, _watched, false);
            }
        }
    }

    /// <summary>Looks at the host socket now and acts on what it is ready for.</summary>
    private void Refresh()
    {
        if (_host is not null && State is not (SocketState.Raw or SocketState.Unconnected))
        {
            OnReady(Query(HostReadiness.In | HostReadiness.Out | HostReadiness.Priority | HostReadiness.ReadHangUp));
        }
    }

    private HostReadiness Query(HostReadiness wanted)
    {
        if (_host is not { } host)
        {
            return HostReadiness.None;
        }
        HostPoll poll = new((int)host.DangerousGetHandle(), (short)wanted);
        return NativeIo.Poll(ref poll, 1, 0) > 0 ? (HostReadiness)(ushort)poll.Ready : HostReadiness.None;
    }

    private void OnReady(HostReadiness ready)
    {
        SocketState before = State;
        if (State == SocketState.Connecting)
        {
            // A change that is told late may be from before the call: an unconnected socket of the host is "hung up".
            ready = Query(HostReadiness.In | HostReadiness.Out);
        }
        if ((ready & (HostReadiness.Error | HostReadiness.HangUp)) != 0 || State == SocketState.Connecting)
        {
            NoteError(ref ready);
        }
        if (State == SocketState.Connecting && (ready & HostReadiness.Out) != 0)
        {
            BecomeConnected();
        }
        AdvanceConnect();
        if ((ready & (HostReadiness.In | HostReadiness.Error | HostReadiness.HangUp | HostReadiness.ReadHangUp | HostReadiness.Priority)) != 0)
        {
            _acceptors.Advance();
            _readers.Advance();
        }
        if ((ready & (HostReadiness.Out | HostReadiness.Error | HostReadiness.HangUp)) != 0)
        {
            AdvanceWriters();
        }
        NoteEvents(before);
    }

    /// <summary>What was kept goes first, then the calls that wait, then the end of the direction if the program asked for it.</summary>
    private void AdvanceWriters()
    {
        bool waited = HasBacklog || !_writers.IsEmpty;
        if (waited && DrainBacklog())
        {
            _writers.Advance();
            if (_writeShut)
            {
                ShutWrite();
            }
        }
    }

    private void AdvanceConnect()
    {
        if (_connectRequest is not { } request || State == SocketState.Connecting || !request.TryClaim())
        {
            return;
        }
        NtStatus status = request.Attempt(out ulong information);
        if (status == NtStatus.DeviceNotReady)
        {
            request.Unclaim();
            return;
        }
        _connectRequest = null;
        request.Finish(status, information);
    }

    /// <summary>An AcceptEx that waits for its first data. Called without the lock.</summary>
    private void AdvanceAccept()
    {
        AcceptIntoRequest? request;
        lock (Lock)
        {
            request = _acceptReceive;
        }
        if (request is { AwaitsData: true })
        {
            request.AdvanceReceive();
        }
    }

    /// <summary>Takes the host's pending error and keeps it where the program will look for it.</summary>
    private void NoteError(ref HostReadiness ready)
    {
        if (_host is not { } host || !HostOption.TryGet(host, HostOption.Socket, HostOption.Error, out int error))
        {
            return;
        }
        switch (State)
        {
            case SocketState.Connecting when error != 0 || (ready & (HostReadiness.Error | HostReadiness.HangUp)) != 0:
                _errors[ConnectErrorBit] = error != 0 ? error : SocketError.ECONNABORTED;
                State = SocketState.Unconnected;
                ready = (ready & ~HostReadiness.Out) | HostReadiness.Error;
                break;
            case SocketState.Connected:
                NoteReset(error);
                if (error != 0 && !_isReset)
                {
                    _errors[HangUpBit] = error;
                }
                break;
            case SocketState.Listening when error != 0:
                _errors[AcceptBit] = error;
                break;
            case SocketState.Connectionless:
                ready &= ~HostReadiness.Error;
                break;
        }
    }

    /// <summary>Asks the poller for what is waited for and not watched yet.</summary>
    private void UpdateWatch()
    {
        HostReadiness wanted = WantedReadiness();
        if (_host is { } host && (wanted & ~_watched) != 0)
        {
            _watched |= wanted;
            if (_poller!.TryWatch(host, _key, _watched, !_isPolled))
            {
                _isPolled = true;
                return;
            }
            _watched = HostReadiness.None;
            _acceptors.EndAll(NtStatus.InsufficientResources);
            _readers.EndAll(NtStatus.InsufficientResources);
            _writers.EndAll(NtStatus.InsufficientResources);
            _connectRequest?.TryComplete(NtStatus.InsufficientResources, 0);
        }
    }

    private HostReadiness WantedReadiness()
    {
        AfdPollFlags flags = (_eventMask & ~_reportedEvents) | PolledFlags;
        HostReadiness wanted = HostReadiness.None;
        switch (State)
        {
            case SocketState.Connecting:
                return HostReadiness.Out;
            case SocketState.Listening:
                return !_acceptors.IsEmpty || (flags & (AfdPollFlags.Accept | AfdPollFlags.Read)) != 0 ? HostReadiness.In : HostReadiness.None;
            case SocketState.Connected:
            case SocketState.Connectionless:
                if (!_readers.IsEmpty || _acceptReceive is { AwaitsData: true } || (flags & (AfdPollFlags.Read | AfdPollFlags.HangUp | AfdPollFlags.Reset | AfdPollFlags.OutOfBand)) != 0)
                {
                    wanted |= HostReadiness.In | HostReadiness.ReadHangUp | HostReadiness.Priority;
                }
                if (!_writers.IsEmpty || HasBacklog || _connectRequest is not null || (flags & AfdPollFlags.Write) != 0)
                {
                    wanted |= HostReadiness.Out;
                }
                return wanted;
            default:
                return HostReadiness.None;
        }
    }
}
