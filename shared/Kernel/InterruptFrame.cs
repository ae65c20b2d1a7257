using System.Runtime.InteropServices;

namespace PortableVirt.Kernel;

/// <summary>What the processor pushes at an exception in 64-bit mode, and <c>iretq</c> takes back.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterruptFrame
{
    public ulong Rip;
    public ulong Cs;
    public ulong RFlags;
    public ulong Rsp;
    public ulong Ss;
}
