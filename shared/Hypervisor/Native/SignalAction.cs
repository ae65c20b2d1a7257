using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>glibc's struct sigaction, 152 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalAction
{
    public nint Handler;
    public SignalSet Mask;
    public int Flags;
    public nint Restorer;
}
