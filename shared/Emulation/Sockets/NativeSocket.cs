using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The Linux calls behind AFD. All return a negative value (or an invalid handle) on failure and leave errno as the last P/Invoke
/// error. Numbers: bits/socket.h, asm-generic/socket.h, linux/in.h, linux/in6.h, linux/tcp.h, sys/epoll.h.
/// </summary>
internal static partial class NativeSocket
{
    public const int InternetFamily = 2;
    public const int Internet6Family = 10;

    /// <summary>SOCK_CLOEXEC | SOCK_NONBLOCK, for socket(2) and accept4(2).</summary>
    public const int NonBlockingCloseOnExec = 0x80000 | 0x800;

    public const int MessageOutOfBand = 1;
    public const int MessagePeek = 2;
    public const int MessageControlTruncated = 8;
    public const int MessageTruncated = 0x20;
    public const int MessageNoSignal = 0x4000;

    public const nuint BytesToRead = 0x541b;
    public const nuint AtMark = 0x8905;

    public const int EpollCloseOnExec = 0x80000;
    public const int EpollAdd = 1;
    public const int EpollModify = 3;
    public const uint EpollEdgeTriggered = 1u << 31;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Create(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeFileHandle socket, in byte address, int length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(SafeFileHandle socket, in byte address, int length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(SafeFileHandle socket, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(SafeFileHandle socket, nint address, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SafeFileHandle socket, int how);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetName(SafeFileHandle socket, ref byte address, ref int length);

    [LibraryImport(Library, EntryPoint = "getpeername", SetLastError = true)]
    public static partial int GetPeerName(SafeFileHandle socket, ref byte address, ref int length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(SafeFileHandle socket, int level, int name, ref byte value, ref int length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SafeFileHandle socket, int level, int name, in byte value, int length);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeFileHandle socket, in MessageHeader message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeFileHandle socket, ref MessageHeader message, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeFileHandle socket, in byte data, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeFileHandle socket, ref byte data, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendfile64", SetLastError = true)]
    public static partial nint SendFile(SafeFileHandle socket, SafeFileHandle file, ref long offset, nint count);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(SafeFileHandle epoll, int operation, SafeFileHandle descriptor, in EpollEvent request);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(SafeFileHandle epoll, ref EpollEvent events, int count, int milliseconds);
}
