namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>A write that waits until its bytes have been read, since the queue is over its quota.</summary>
internal sealed class PipeWriteRequest(IoReply reply, PipeInstance instance, PipeQueue queue, PipeMessage message) : IoRequest(reply)
{
    /// <summary>The message.</summary>
    public PipeMessage Message { get; } = message;

    /// <inheritdoc/>
    protected override void OnCancel()
    {
        lock (instance.Lock)
        {
            queue.Remove(Message);
        }
    }
}
