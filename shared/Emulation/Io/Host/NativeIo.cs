using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>
/// The Linux calls of the I/O subsystem. Paths are zero-terminated byte strings, passed by their first byte. All calls return a
/// negative value on failure and leave errno as the last P/Invoke error.
/// </summary>
internal static partial class NativeIo
{
    private const string Library = "libc";

    /// <summary>AT_FDCWD.</summary>
    public const int CurrentFolder = -100;

    public const int AtSymlinkNoFollow = 0x100;
    public const int AtRemoveDir = 0x200;
    public const int AtSymlinkFollow = 0x400;
    public const int AtEmptyPath = 0x1000;
    public const uint RenameNoReplace = 1;
    public const int DuplicateCloseOnExec = 1030;
    public const nint SyscallOpenAt2 = 437;
    public const nint SyscallGetDents64 = 217;

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint OpenAt2(nint number, SafeFileHandle directory, in byte path, in OpenHow how, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint GetDents64(nint number, SafeFileHandle directory, ref byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "open64", SetLastError = true)]
    public static partial int Open(in byte path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(ref int descriptors, int flags);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUserId();

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(SafeFileHandle directory, in byte path, int flags, uint mask, out HostStat stat);

    [LibraryImport(Library, EntryPoint = "mkdir", SetLastError = true)]
    public static partial int MakeFolder(in byte path, uint mode);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MkdirAt(SafeFileHandle directory, in byte path, uint mode);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(SafeFileHandle directory, in byte path, int flags);

    [LibraryImport(Library, EntryPoint = "renameat2", SetLastError = true)]
    public static partial int RenameAt2(SafeFileHandle oldDirectory, in byte oldPath, SafeFileHandle newDirectory, in byte newPath, uint flags);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkAt(SafeFileHandle oldDirectory, in byte oldPath, SafeFileHandle newDirectory, in byte newPath, int flags);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int SymlinkAt(in byte target, SafeFileHandle directory, in byte path);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(SafeFileHandle directory, in byte path, ref byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "utimensat", SetLastError = true)]
    public static partial int UTimensAt(SafeFileHandle directory, in byte path, in HostTimespec times, int flags);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int FChmod(SafeFileHandle file, uint mode);

    [LibraryImport(Library, EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int FChmodAt(SafeFileHandle directory, in byte path, uint mode, int flags);

    [LibraryImport(Library, EntryPoint = "ftruncate64", SetLastError = true)]
    public static partial int FTruncate(SafeFileHandle file, long size);

    [LibraryImport(Library, EntryPoint = "fallocate64", SetLastError = true)]
    public static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int FSync(SafeFileHandle file);

    [LibraryImport(Library, EntryPoint = "fstatfs64", SetLastError = true)]
    public static partial int FStatFs(SafeFileHandle file, out HostStatFs stat);

    [LibraryImport(Library, EntryPoint = "lseek64", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int origin);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, ref byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, in byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "pread64", SetLastError = true)]
    public static partial nint PRead(SafeFileHandle file, nint buffer, nuint size, long offset);

    [LibraryImport(Library, EntryPoint = "pwrite64", SetLastError = true)]
    public static partial nint PWrite(SafeFileHandle file, nint buffer, nuint size, long offset);

    [LibraryImport(Library, EntryPoint = "preadv64", SetLastError = true)]
    public static partial nint PReadV(SafeFileHandle file, in Memory.GuestSegment segments, int count, long offset);

    [LibraryImport(Library, EntryPoint = "pwritev64", SetLastError = true)]
    public static partial nint PWriteV(SafeFileHandle file, in Memory.GuestSegment segments, int count, long offset);

    [LibraryImport(Library, EntryPoint = "readv", SetLastError = true)]
    public static partial nint ReadV(SafeFileHandle file, in Memory.GuestSegment segments, int count);

    [LibraryImport(Library, EntryPoint = "writev", SetLastError = true)]
    public static partial nint WriteV(SafeFileHandle file, in Memory.GuestSegment segments, int count);

    [LibraryImport(Library, EntryPoint = "preadv64v2", SetLastError = true)]
    public static partial nint PReadV2(SafeFileHandle file, in Memory.GuestSegment segments, int count, long offset, int flags);

    [LibraryImport(Library, EntryPoint = "pwritev64v2", SetLastError = true)]
    public static partial nint PWriteV2(SafeFileHandle file, in Memory.GuestSegment segments, int count, long offset, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref HostPoll descriptors, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FCntl(int file, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint FGetXAttr(SafeFileHandle file, in byte name, ref byte value, nuint size);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int FSetXAttr(SafeFileHandle file, in byte name, in byte value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "getxattr", SetLastError = true)]
    public static partial nint GetXAttr(in byte path, in byte name, ref byte value, nuint size);

    [LibraryImport(Library, EntryPoint = "setxattr", SetLastError = true)]
    public static partial int SetXAttr(in byte path, in byte name, in byte value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "removexattr", SetLastError = true)]
    public static partial int RemoveXAttr(in byte path, in byte name);

    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    public static partial nint ListXAttr(in byte path, ref byte list, nuint size);

    [LibraryImport(Library, EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyInit(int flags);

    [LibraryImport(Library, EntryPoint = "inotify_add_watch", SetLastError = true)]
    public static partial int InotifyAddWatch(SafeFileHandle inotify, in byte path, uint mask);

    [LibraryImport(Library, EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int InotifyRemoveWatch(SafeFileHandle inotify, int watch);

    [LibraryImport(Library, EntryPoint = "tee", SetLastError = true)]
    public static partial nint Tee(SafeFileHandle source, SafeFileHandle target, nuint size, uint flags);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle file, nuint request, ref byte argument);

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, in Threads.ResourceLimit limit);

    [LibraryImport(Library, EntryPoint = "sysinfo", SetLastError = true)]
    public static partial int SystemInfo(out HostSystemInfo info);
}
