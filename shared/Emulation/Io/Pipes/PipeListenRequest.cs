namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>FSCTL_PIPE_LISTEN that waits for a client.</summary>
internal sealed class PipeListenRequest(IoReply reply, PipeInstance instance) : IoRequest(reply)
{
    /// <inheritdoc/>
    protected override void OnCancel()
    {
        lock (instance.Lock)
        {
            instance.Listeners.Remove(this);
        }
    }
}
