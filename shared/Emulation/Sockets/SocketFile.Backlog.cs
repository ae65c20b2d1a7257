using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// What a non-blocking send left over. Windows takes all bytes of such a call or none, Linux a part: the rest is kept here and goes
/// out in the background, also after the last handle is closed. Further non-blocking sends would block until it has.
/// </summary>
internal sealed partial class SocketFile
{
    /// <summary>Most bytes that are kept; a longer call is told that it sent a part.</summary>
    private const int MaximumBacklog = 64 << 20;

    private ReadOnlyMemory<byte> _backlog;
    private bool _isClosing;

    private bool HasBacklog => _backlog.Length != 0;

    /// <summary>Keeps the rest of a call that sent a part. Called under the lock.</summary>
    private NtStatus KeepRest(SendRequest request)
    {
        if (!request.Buffers.TryCopyRest(request.Reply.Thread.Memory, MaximumBacklog, out byte[] rest))
        {
            return NtStatus.AccessViolation;
        }
        _backlog = rest;
        request.Buffers.Advance((ulong)rest.Length);
        UpdateWatch();
        return NtStatus.Success;
    }

    /// <summary>Sends what is kept; false when something is left. Called under the lock.</summary>
    private bool DrainBacklog()
    {
        while (HasBacklog && _host is { } host)
        {
            nint moved = NativeSocket.Send(host, in _backlog.Span[0], _backlog.Length, NativeSocket.MessageNoSignal);
            if (moved >= 0)
            {
                _backlog = _backlog[(int)moved..];
                continue;
            }
            int error = Errno.Last;
            if (error == SocketError.EAGAIN)
            {
                return false;
            }
            if (error != Errno.EINTR)
            {
                NoteReset(error);
                _backlog = default;
            }
        }
        if (_isClosing)
        {
            CloseHost();
        }
        return true;
    }
}
