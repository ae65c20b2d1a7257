using PortableVirt.Emulation.Io;

namespace PortableVirt.Emulation.Sockets;

/// <summary>A call that waits for the interfaces' addresses to change.</summary>
internal sealed class ChangeRequest(IoReply reply, SocketFile socket) : SocketRequest(reply, socket)
{
    /// <inheritdoc/>
    public override NtStatus Attempt(out ulong information)
    {
        information = 0;
        return NtStatus.DeviceNotReady;
    }
}
