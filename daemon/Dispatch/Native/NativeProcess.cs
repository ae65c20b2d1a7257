using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Native;

/// <summary>System calls on processes.</summary>
internal static partial class NativeProcess
{
    public const int SigKill = 9;
    public const int PPidFd = 3;
    public const int WExited = 4;
    public const int CldExited = 1;
    public const int Eintr = 4;
    public const int PollIn = 1;

    /// <summary>PIDFD_GET_INFO with the structure's first form, 64 bytes (linux/pidfd.h): mask, control group, ids, exit status.</summary>
    public const uint PidFdGetInfo = 0xC040FF0B;

    /// <summary>Length of that structure in 32-bit words; the last is the exit status as wait(2) has it.</summary>
    public const int PidFdInfoWords = 16;

    /// <summary>PIDFD_INFO_EXIT: asks for the exit status; stays set where it is known.</summary>
    public const uint PidFdInfoExit = 8;

    private const long SysSetGroups = 116;
    private const long SysSetFsUid = 122;
    private const long SysSetFsGid = 123;
    private const long SysPidFdSendSignal = 424;
    private const long SysPidFdOpen = 434;
    private const long SysPidFdGetFd = 438;

    /// <summary>A descriptor of a process; invalid on error.</summary>
    public static SafeFileHandle PidFdOpen(int processId) => new((nint)SysCall(SysPidFdOpen, processId, 0, 0, 0), ownsHandle: true);

    /// <summary>A copy of another process's descriptor, closed on exec; invalid on error (pidfd_getfd(2)).</summary>
    public static SafeFileHandle PidFdGetFd(SafeHandle process, int descriptor) =>
        new((nint)SysCall(SysPidFdGetFd, (int)process.DangerousGetHandle(), descriptor, 0, 0), ownsHandle: true);

    /// <summary>Sends a signal; -1 on error.</summary>
    public static int PidFdSendSignal(SafeHandle process, int signal) =>
        (int)SysCall(SysPidFdSendSignal, (int)process.DangerousGetHandle(), signal, 0, 0);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int idType, int id, Span<int> siginfo, int options);

    /// <summary>Sets the calling thread's supplementary groups; libc's function would set every thread's.</summary>
    public static long SetThreadGroups(ReadOnlySpan<uint> groups) => SysCallGroups(SysSetGroups, (nuint)groups.Length, groups);

    /// <summary>Sets the calling thread's file-system group id; the one before.</summary>
    public static uint SetThreadFsGid(uint id) => (uint)SysCall(SysSetFsGid, (int)id, 0, 0, 0);

    /// <summary>Sets the calling thread's file-system user id; the one before.</summary>
    public static uint SetThreadFsUid(uint id) => (uint)SysCall(SysSetFsUid, (int)id, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<int> descriptors, ulong count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoCtl(SafeHandle descriptor, ulong request, Span<uint> argument);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEUid();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SysCall(long number, int argument1, int argument2, nint argument3, int argument4);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SysCallGroups(long number, nuint count, ReadOnlySpan<uint> groups);
}
