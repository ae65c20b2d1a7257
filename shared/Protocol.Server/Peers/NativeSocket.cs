using System.Runtime.InteropServices;

namespace PortableVirt.Protocol.Server.Peers;

/// <summary>System calls on sockets.</summary>
internal static partial class NativeSocket
{
    public const int SolSocket = 1;
    public const int SoPeerCred = 17;
    public const int SoPeerGroups = 59;
    public const int SoPeerPidFd = 77;
    public const int Erange = 34;

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(SafeHandle socket, int level, int option, Span<uint> value, ref uint length);
}
