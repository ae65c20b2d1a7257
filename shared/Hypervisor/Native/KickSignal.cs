using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>
/// The signal that takes a thread out of KVM_RUN. Its handler is a harmless function of the C library, so that no managed code runs in signal context;
/// other system calls that it hits are restarted.
/// </summary>
internal static class KickSignal
{
    /// <summary>A real-time signal that neither glibc (32, 33) nor the .NET runtime (34) uses.</summary>
    private const int Number = 40;

    private static readonly Lazy<bool> s_installed = new(Install);

    [ThreadStatic]
    private static int t_threadId;

    /// <summary>The kernel's id of this thread; the first call on a thread also makes it receive the signal.</summary>
    public static int CurrentThreadId
    {
        get
        {
            if (t_threadId == 0)
            {
                Prepare();
            }

            return t_threadId;
        }
    }

    /// <summary>Sends the signal. A thread that has ended is no error.</summary>
    public static void Send(int threadId) => _ = NativeSignal.ThreadKill(Environment.ProcessId, threadId, Number);

    /// <summary>
    /// Interrupts every processor that runs a thread of this process, and waits until each has taken that interrupt. False when the host cannot.
    /// </summary>
    public static bool TryInterruptProcessors() =>
        TryMembarrier(NativeSignal.MembarrierPrivateExpedited) || (TryRegister() && TryMembarrier(NativeSignal.MembarrierPrivateExpedited));

    /// <summary>
    /// Registers the process for <see cref="TryInterruptProcessors"/>, which does it too: with several threads it takes some 10 ms of waiting. .NET's runtime with
    /// a JIT has done it, a native program's has not.
    /// </summary>
    public static bool TryRegister() => TryMembarrier(NativeSignal.MembarrierRegister);

    private static bool TryMembarrier(long command) => NativeSignal.Membarrier(NativeSignal.SysMembarrier, command, 0, 0) == 0;

    private static void Prepare()
    {
        _ = s_installed.Value;
        SignalSet set = default;
        set[0] = 1UL << (Number - 1);
        _ = NativeSignal.ThreadSigMask(NativeSignal.SigUnblock, ref set, 0);
        t_threadId = NativeSignal.GetThreadId();
    }

    private static bool Install()
    {
        nint library = NativeLibrary.Load("libc.so.6");
        SignalAction action = new() { Handler = NativeLibrary.GetExport(library, "abs"), Flags = NativeSignal.SaRestart };
        if (NativeSignal.SigAction(Number, ref action, 0) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new KvmException(KvmError.CallFailed, $"The handler of signal {Number} could not be installed: {Errno.Text(errno)}.", errno);
        }

        return true;
    }
}
