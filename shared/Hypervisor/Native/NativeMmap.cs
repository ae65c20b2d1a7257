using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Hypervisor.Native;

/// <summary>Host memory calls (sys/mman.h, sys/uio.h, x86-64 Linux).</summary>
internal static partial class NativeMmap
{
    public const int ProtNone = 0;
    public const int ProtRead = 1;
    public const int ProtWrite = 2;
    public const int ProtExecute = 4;

    public const int MapShared = 1;
    public const int MapPrivate = 2;
    public const int MapFixed = 0x10;
    public const int MapAnonymous = 0x20;
    public const int MapNoReserve = 0x4000;

    public const int AdviceDontNeed = 4;
    public const int AdviceDontFork = 10;
    public const int AdviceHugePage = 14;
    public const int AdviceNoHugePage = 15;
    public const int AdviceDontDump = 16;
    public const int AdvicePopulateWrite = 23;

    [LibraryImport("libc.so.6", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc.so.6", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, SafeFileHandle fd, long offset);

    [LibraryImport("libc.so.6", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc.so.6", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc.so.6", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    /// <summary>mincore(2): bit 0 of a byte a page tells whether it is in memory.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "mincore", SetLastError = true)]
    public static partial int Resident(nint address, nuint length, ref byte vector);

    [LibraryImport("libc.so.6", EntryPoint = "process_vm_readv", SetLastError = true)]
    public static partial nint ProcessRead(int pid, ref IoVector local, nuint localCount, ref IoVector remote, nuint remoteCount, nuint flags);

    [LibraryImport("libc.so.6", EntryPoint = "process_vm_writev", SetLastError = true)]
    public static partial nint ProcessWrite(int pid, ref IoVector local, nuint localCount, ref IoVector remote, nuint remoteCount, nuint flags);
}
