using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>send() and its relatives: ends when everything is with the host.</summary>
internal sealed class SendRequest(IoReply reply, SocketFile socket, TransferBuffers buffers, SocketAddress address, int hostFlags) : SocketRequest(reply, socket)
{
    private bool _hasSent;

    /// <summary>What is to be sent.</summary>
    public TransferBuffers Buffers => buffers;

    /// <inheritdoc/>
    public override ulong Progress => buffers.Done;

    /// <inheritdoc/>
    public override NtStatus Attempt(out ulong information)
    {
        List<GuestSegment> segments = [];
        Span<byte> bytes = stackalloc byte[SocketAddress.MaximumLength];
        ReadOnlySpan<byte> target = address.Length == 0 ? [] : bytes[..address.ToHost(bytes)];
        information = buffers.Done;
        if (Socket.Host is not { } host)
        {
            return NtStatus.Cancelled;
        }
        NtStatus status = Socket.StateForSend();
        if (!status.IsSuccess)
        {
            return status;
        }
        while (!_hasSent || !buffers.IsDone)
        {
            if (!buffers.TryMap(Reply.Thread.Memory, false, segments))
            {
                return NtStatus.AccessViolation;
            }
            nint moved = HostSocket.Send(host, segments, target, hostFlags);
            if (moved < 0 && Errno.Last == SocketError.ECONNREFUSED && Socket.Type == SocketFile.Datagram)
            {
                // An earlier datagram met no receiver; the call itself can go on.
                moved = HostSocket.Send(host, segments, target, hostFlags);
            }
            if (moved < 0)
            {
                information = buffers.Done;
                int error = Errno.Last;
                if (error == Errno.EINTR)
                {
                    continue;
                }
                return Socket.FailSend(error);
            }
            _hasSent = true;
            buffers.Advance((ulong)moved);
            if (Socket.Type == SocketFile.Datagram)
            {
                break;
            }
        }
        information = buffers.Done;
        return NtStatus.Success;
    }
}
