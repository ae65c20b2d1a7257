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

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEUid();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SysCall(long number, int argument1, int argument2, nint argument3, int argument4);
}
