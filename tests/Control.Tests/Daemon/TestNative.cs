using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>System calls of these tests.</summary>
internal static partial class TestNative
{
    private const int OPathDirectoryCloExec = 0x200000 | 0x10000 | 0x80000;
    private const long SysSetGroups = 116;
    private const long SysSetResUid = 117;
    private const long SysSetResGid = 119;

    /// <summary>A descriptor of a folder, as pvctl opens it.</summary>
    public static SafeFileHandle OpenFolder(string path)
    {
        SafeFileHandle folder = Open(path, OPathDirectoryCloExec);
        Assert.False(folder.IsInvalid, path);
        return folder;
    }

    /// <summary>A socket that another user has connected: the kernel notes the ids of the thread that connects.</summary>
    public static Socket ConnectAs(uint userId, string path)
    {
        Socket? socket = null;
        Thread thread = new(() =>
        {
            // Bare system calls change this thread alone; libc's functions would change all.
            Assert.Equal(0, SysCall(SysSetGroups, 0, 0, 0));
            Assert.Equal(0, SysCall(SysSetResGid, (int)userId, (int)userId, (int)userId));
            Assert.Equal(0, SysCall(SysSetResUid, (int)userId, (int)userId, (int)userId));
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
        });
        thread.Start();
        thread.Join();
        return socket!;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SysCall(long number, int argument1, int argument2, int argument3);
}
