namespace PortableVirt.Emulation.Sockets;

/// <summary>AFD_POLL_ flags (the numbers that ws2_32, libuv and others pass to IOCTL_AFD_POLL and IOCTL_AFD_EVENT_SELECT).</summary>
[Flags]
internal enum AfdPollFlags : uint
{
    None = 0,
    Read = 1,
    OutOfBand = 2,
    Write = 4,

    /// <summary>The peer has ended its direction, and everything that it sent has been read.</summary>
    HangUp = 8,

    /// <summary>The connection was reset.</summary>
    Reset = 0x10,

    /// <summary>The last handle of the socket was closed.</summary>
    Close = 0x20,
    Connect = 0x40,
    Accept = 0x80,
    ConnectError = 0x100,
}
