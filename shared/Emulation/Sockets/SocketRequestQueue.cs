namespace PortableVirt.Emulation.Sockets;

/// <summary>Requests of one kind that wait for a socket, oldest first. Guarded by the socket's lock.</summary>
internal sealed class SocketRequestQueue
{
    private readonly LinkedList<SocketRequest> _requests = new();

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => _requests.First is null;

    /// <summary>Appends a request.</summary>
    public void Add(SocketRequest request) => _requests.AddLast(request);

    /// <summary>Takes a request out; it need not be there.</summary>
    public void Remove(SocketRequest request) => _requests.Remove(request);

    /// <summary>Ends as many requests as the host socket allows, in order; true when one ended.</summary>
    public bool Advance()
    {
        bool advanced = false;
        while (_requests.First is { } node)
        {
            SocketRequest request = node.Value;
            if (!request.TryClaim())
            {
                _requests.Remove(node);
                continue;
            }
            NtStatus status = request.Attempt(out ulong information);
            if (status == NtStatus.DeviceNotReady)
            {
                request.Unclaim();
                request.OnWaiting();
                if (_requests.First == node)
                {
                    return advanced;
                }
                continue;
            }
            _requests.Remove(node);
            request.Finish(status, information);
            advanced = true;
        }
        return advanced;
    }

    /// <summary>Ends everything that waits with one status.</summary>
    public void EndAll(NtStatus status)
    {
        while (_requests.First is { } node)
        {
            _requests.Remove(node);
            node.Value.TryComplete(status, node.Value.Progress);
        }
    }
}
