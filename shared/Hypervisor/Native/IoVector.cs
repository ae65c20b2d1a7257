using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>struct iovec of sys/uio.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    public nint Base;
    public nuint Length;
}
