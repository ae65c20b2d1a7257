namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>State of a pipe instance (FILE_PIPE_..._STATE, ntifs.h).</summary>
internal enum PipeState : uint
{
    Disconnected = 1,
    Listening = 2,
    Connected = 3,
    Closing = 4,
}
