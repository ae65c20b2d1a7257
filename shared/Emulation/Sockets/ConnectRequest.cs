using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>A connect that waits for the peer, and then for room for the data that ConnectEx sends.</summary>
internal sealed class ConnectRequest(IoReply reply, SocketFile socket, ReadOnlyMemory<byte> data, bool isOverlapped) : SocketRequest(reply, socket)
{
    private int _sent;

    /// <summary>It is ConnectEx.</summary>
    public bool IsOverlapped { get; } = isOverlapped;

    /// <inheritdoc/>
    public override NtStatus Attempt(out ulong information)
    {
        information = 0;
        switch (Socket.State)
        {
            case SocketState.Connecting:
                return NtStatus.DeviceNotReady;
            case SocketState.Unconnected:
                return SocketError.ToNtStatus(Socket.ConnectError == 0 ? SocketError.ECONNABORTED : Socket.ConnectError);
        }
        while (_sent < data.Length)
        {
            if (Socket.Host is not { } host)
            {
                return NtStatus.Cancelled;
            }
            nint moved = NativeSocket.Send(host, in data.Span[_sent], data.Length - _sent, NativeSocket.MessageNoSignal);
            if (moved < 0)
            {
                return SocketError.ToNtStatus(Errno.Last);
            }
            _sent += (int)moved;
        }
        information = (ulong)_sent;
        return NtStatus.Success;
    }
}
