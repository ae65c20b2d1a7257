namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>One write that is in a pipe.</summary>
internal sealed class PipeMessage(byte[] data)
{
    /// <summary>The bytes.</summary>
    public byte[] Data { get; } = data;

    /// <summary>Bytes already read.</summary>
    public int Taken { get; set; }

    /// <summary>Bytes left.</summary>
    public int Left => Data.Length - Taken;

    /// <summary>The write call that waits for room, or null.</summary>
    public PipeWriteRequest? Writer { get; set; }
}
