using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Threads;

/// <summary>KERNEL_USER_TIMES: 32 bytes; system times and durations in 100 ns units.</summary>
/// <param name="CreateTime">Creation.</param>
/// <param name="ExitTime">End, or 0.</param>
/// <param name="KernelTime">Processor time in the kernel.</param>
/// <param name="UserTime">Processor time in user mode.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct KernelUserTimes(long CreateTime, long ExitTime, long KernelTime, long UserTime);
