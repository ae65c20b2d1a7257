namespace PortableVirt.Emulation.Sockets;

/// <summary>What a host socket is ready for: the common flags of poll(2) and epoll(7).</summary>
[Flags]
internal enum HostReadiness : uint
{
    None = 0,
    In = 1,
    Priority = 2,
    Out = 4,
    Error = 8,
    HangUp = 0x10,
    ReadHangUp = 0x2000,
}
