using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Sync;

/// <summary>The host calls behind <see cref="ThreadPark"/>: futex(2), eventfd(2), ppoll(2).</summary>
internal static partial class NativeSync
{
    internal const long SysFutex = 202;

    /// <summary>FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG: the time-out is absolute, on CLOCK_MONOTONIC.</summary>
    internal const long FutexWaitBitsetPrivate = 9 | 128;

    /// <summary>FUTEX_WAKE | FUTEX_PRIVATE_FLAG.</summary>
    internal const long FutexWakePrivate = 1 | 128;

    /// <summary>FUTEX_BITSET_MATCH_ANY.</summary>
    internal const long FutexMatchAny = 0xffffffff;

    /// <summary>EFD_CLOEXEC | EFD_NONBLOCK.</summary>
    internal const int EventFlags = 0x80000 | 0x800;

    internal const int Eintr = 4;
    internal const int Etimedout = 110;
    internal const short PollIn = 1;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial long Futex(long number, nint word, long operation, long value, in Timespec timeout, nint word2, long mask);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial long Futex(long number, nint word, long operation, long value, nint timeout, nint word2, long mask);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial SafeFileHandle EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle descriptor, ref ulong value, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle descriptor, in ulong value, nuint length);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    internal static partial int Poll(ref PollDescriptor first, ulong count, in Timespec timeout, nint mask);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    internal static partial int Poll(ref PollDescriptor first, ulong count, nint timeout, nint mask);
}
