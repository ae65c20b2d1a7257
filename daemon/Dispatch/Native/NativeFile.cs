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
    public const int OWrOnly = 1;
    public const int ORdWr = 2;
    public const int OCreat = 0x40;
    public const int OExcl = 0x80;
    public const int OAppend = 0x400;
    public const int ODirectory = 0x10000;
    public const int OCloExec = 0x80000;
    public const int OPath = 0x200000;
    public const int FallocKeepSize = 1;
    public const int FallocPunchHole = 2;
    public const int SeekData = 3;
    public const int Enxio = 6;

    private const int AtEmptyPath = 0x1000;
    private const uint StatxType = 1;
    private const int StatxModeWord = 7;
    private const uint FormatMask = 0xF000;
    private const uint FormatRegular = 0x8000;

    /// <summary>FICLONE of ioctl_ficlone(2).</summary>
    private const ulong FiClone = 0x40049409;

    /// <summary>True for a regular file.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static bool IsRegular(SafeFileHandle file)
    {
        // struct statx: the mode is its 16 bits at 28.
        Span<uint> statx = stackalloc uint[64];
        NativeCall.Check(StatX((int)file.DangerousGetHandle(), "", AtEmptyPath, StatxType, statx), "statx");
        return (statx[StatxModeWord] & FormatMask) == FormatRegular;
    }

    /// <summary>Makes an empty file share all blocks of another one; false where the file system cannot.</summary>
    public static bool Clone(SafeHandle file, SafeHandle source) => IoCtl(file, FiClone, (int)source.DangerousGetHandle()) == 0;

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int FSync(SafeHandle file);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoCtl(SafeHandle file, ulong request, int argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FCntl(SafeHandle descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle MemFdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int domain, int type, int protocol, Span<int> descriptors);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int folder, string path, int flags, uint mask, Span<uint> buffer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int FAllocate(SafeHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long LSeek(SafeHandle file, long offset, int origin);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial SafeFileHandle Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(SafeHandle socket, int backlog);
}
