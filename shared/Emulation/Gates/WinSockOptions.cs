using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sockets;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates;

/// <summary>ws2_32.dll: the options of TCP that libwine 8.0 does not know and libuv, for one, insists on.</summary>
internal static class WinSockOptions
{
    private const uint NotSocket = 10038, Fault = 10014, InvalidArgument = 10022, NoProtocolOption = 10042;

    /// <summary>int getsockopt(SOCKET, int level, int name, char *value, int *length), for IPPROTO_TCP. Returns a WSA error.</summary>
    [GateExport("ws2_32.dll", "getsockopt")]
    internal static uint GetOption(NtThread thread, Handle socket, uint level, uint name, GuestPointer value, GuestPointer length)
    {
        if (!thread.Reference(socket, 0, out SocketFile file).IsSuccess)
        {
            return NotSocket;
        }
        if (HostName(name) is not { } host)
        {
            return NoProtocolOption;
        }
        if (!thread.Memory.TryRead(length, out int room) || room < sizeof(int))
        {
            return Fault;
        }
        uint error = file.GetTcpOption(host, out int number);
        return error != 0 ? error : thread.Memory.TryWrite(value, number) && thread.Memory.TryWrite(length, sizeof(int)) ? 0 : Fault;
    }

    /// <summary>int setsockopt(SOCKET, int level, int name, const char *value, int length), for IPPROTO_TCP. Returns a WSA error.</summary>
    [GateExport("ws2_32.dll", "setsockopt")]
    internal static uint SetOption(NtThread thread, Handle socket, uint level, uint name, GuestPointer value, uint length)
    {
        if (!thread.Reference(socket, 0, out SocketFile file).IsSuccess)
        {
            return NotSocket;
        }
        if (HostName(name) is not { } host)
        {
            return NoProtocolOption;
        }
        return length < sizeof(int) || !thread.Memory.TryRead(value, out int number) ? Fault
            : number <= 0 ? InvalidArgument
            : file.SetTcpOption(host, number);
    }

    /// <summary>TCP_KEEPIDLE 3, TCP_KEEPCNT 16 and TCP_KEEPINTVL 17 (ws2ipdef.h), in seconds as on the host.</summary>
    private static int? HostName(uint name) => name switch
    {
        3 => HostOption.KeepIdle,
        16 => HostOption.KeepCount,
        17 => HostOption.KeepInterval,
        _ => null,
    };
}
