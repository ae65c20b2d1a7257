using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>A read that waits for data.</summary>
internal sealed class PipeReadRequest(IoReply reply, PipeInstance instance, PipeQueue queue, GuestPointer buffer, uint length, bool messageMode) : IoRequest(reply)
{
    /// <summary>Target.</summary>
    public GuestPointer Buffer { get; } = buffer;

    /// <summary>Its length in bytes.</summary>
    public uint Length { get; } = length;

    /// <summary>Reads one message at a time.</summary>
    public bool MessageMode { get; } = messageMode;

    /// <inheritdoc/>
    protected override void OnCancel()
    {
        lock (instance.Lock)
        {
            queue.Readers.Remove(this);
        }
    }
}
