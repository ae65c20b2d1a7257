using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>struct pollfd of poll(2): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HostPoll(int descriptor, short events)
{
    public const short In = 1;
    public const short Out = 4;
    public const short Error = 8;
    public const short HangUp = 0x10;

    /// <summary>The other end of a stream socket writes no more.</summary>
    public const short PeerHangUp = 0x2000;

    public int Descriptor = descriptor;
    public short Events = events;
    public short Ready;
}
