using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Native;

/// <summary>System calls on descriptors.</summary>
internal static partial class NativeFile
{
    public const int FDupFdCloExec = 1030;
    public const int FAddSeals = 1033;
    public const int SealAll = 0xF;
    public const uint MfdCloExec = 1;
    public const uint MfdAllowSealing = 2;
    public const int AfUnix = 1;
    public const int SockStreamCloExec = 1 | 0x80000;
    public const int AtFdCwd = -100;
    public const uint StatxUid = 0x8;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FCntl(SafeHandle descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle MemFdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int domain, int type, int protocol, Span<int> descriptors);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int folder, string path, int flags, uint mask, Span<uint> buffer);
}
