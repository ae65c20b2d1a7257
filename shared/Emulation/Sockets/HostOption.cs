using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Sockets;

/// <summary>Options of host sockets (asm-generic/socket.h, linux/in.h, linux/in6.h, linux/tcp.h).</summary>
internal static class HostOption
{
    public const int Internet = 0;
    public const int Socket = 1;
    public const int Tcp = 6;
    public const int Internet6 = 41;

    public const int ReuseAddress = 2;
    public const int Error = 4;
    public const int Broadcast = 6;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int KeepAlive = 9;
    public const int OutOfBandInline = 10;
    public const int Linger = 13;
    public const int BindToDevice = 25;

    public const int NoDelay = 1;
    public const int KeepIdle = 4;
    public const int KeepInterval = 5;
    public const int KeepCount = 6;

    public const int DiscoverMtu = 10;
    public const int DiscoverMtu6 = 23;
    public const int OnlyInternet6 = 26;

    /// <summary>Sets an int option; false when the host refuses.</summary>
    public static bool Set(SafeFileHandle socket, int level, int name, int value) =>
        NativeSocket.SetOption(socket, level, name, in MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value))[0], sizeof(int)) == 0;

    /// <summary>Reads an int option; false when the host refuses.</summary>
    public static bool TryGet(SafeFileHandle socket, int level, int name, out int value)
    {
        value = 0;
        int length = sizeof(int);
        return NativeSocket.GetOption(socket, level, name, ref MemoryMarshal.AsBytes(new Span<int>(ref value))[0], ref length) == 0;
    }
}
