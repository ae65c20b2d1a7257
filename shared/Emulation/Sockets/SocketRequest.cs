using PortableVirt.Emulation.Io;

namespace PortableVirt.Emulation.Sockets;

/// <summary>A call on a socket that may have to wait. It is tried again, under the socket's lock, whenever the host socket is ready.</summary>
internal abstract class SocketRequest(IoReply reply, SocketFile socket) : IoRequest(reply), ITimedRequest
{
    /// <summary>The socket that it waits for.</summary>
    protected SocketFile Socket { get; } = socket;

    /// <summary>
    /// Tries to do the work without blocking. STATUS_DEVICE_NOT_READY when the host would block: everything that was done so far
    /// is remembered. Any other status ends the request.
    /// </summary>
    /// <param name="information">IO_STATUS_BLOCK.Information.</param>
    public abstract NtStatus Attempt(out ulong information);

    /// <summary>The attempt did not end the request, and whoever is told of readiness may claim it again.</summary>
    public virtual void OnWaiting()
    {
    }

    /// <summary>The bytes that were moved when the request has to end now.</summary>
    public virtual ulong Progress => 0;

    /// <inheritdoc/>
    public void Expire()
    {
        if (TryClaim())
        {
            OnCancel();
            Finish(NtStatus.IoTimeout, Progress);
        }
    }

    /// <inheritdoc/>
    protected override void OnCancel() => Socket.Forget(this);
}
