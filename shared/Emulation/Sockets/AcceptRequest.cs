using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Sockets;

/// <summary>accept(): the handle of the new socket goes to <paramref name="output"/> as 32 bits.</summary>
internal sealed class AcceptRequest(IoReply reply, SocketFile socket, GuestPointer output) : SocketRequest(reply, socket)
{
    /// <inheritdoc/>
    public override NtStatus Attempt(out ulong information)
    {
        information = sizeof(uint);
        NtStatus status = Socket.AcceptNew(Reply.Thread, out Handle handle);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (Reply.Thread.Memory.TryWrite(output, (uint)handle.Value))
        {
            return NtStatus.Success;
        }
        Reply.Thread.Process.Handles.Close(handle);
        return NtStatus.AccessViolation;
    }
}
