using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>The two calls of io_uring (linux/io_uring.h) that registering a file takes. They return -1 on failure.</summary>
internal static partial class NativeIoRing
{
    public const nint SysSetup = 425;
    public const nint SysRegister = 427;
    public const nint RegisterFiles = 2;

    /// <summary>Size of struct io_uring_params.</summary>
    public const int ParametersSize = 120;

    [LibraryImport("libc.so.6", EntryPoint = "syscall")]
    public static partial nint Setup(nint number, nint entries, ref byte parameters);

    [LibraryImport("libc.so.6", EntryPoint = "syscall")]
    public static partial nint Register(nint number, nint ring, nint operation, ref int files, nint count);
}
