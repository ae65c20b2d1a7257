using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>Signals and thread ids (signal.h, glibc x86-64).</summary>
internal static partial class NativeSignal
{
    public const int SigUnblock = 1;
    public const int SaRestart = 0x1000_0000;
    public const long SysMembarrier = 324;

    /// <summary>MEMBARRIER_CMD_PRIVATE_EXPEDITED: EPERM where the process is not registered for it.</summary>
    public const long MembarrierPrivateExpedited = 8;

    /// <summary>MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED.</summary>
    public const long MembarrierRegister = 16;

    [LibraryImport("libc.so.6", EntryPoint = "sigaction", SetLastError = true)]
    public static partial int SigAction(int signal, ref SignalAction action, nint old);

    [LibraryImport("libc.so.6", EntryPoint = "pthread_sigmask")]
    public static partial int ThreadSigMask(int how, ref SignalSet set, nint old);

    [LibraryImport("libc.so.6", EntryPoint = "tgkill", SetLastError = true)]
    public static partial int ThreadKill(int processId, int threadId, int signal);

    [LibraryImport("libc.so.6", EntryPoint = "gettid")]
    public static partial int GetThreadId();

    [LibraryImport("libc.so.6", EntryPoint = "syscall", SetLastError = true)]
    public static partial long Membarrier(long number, long command, long flags, long processor);
}
