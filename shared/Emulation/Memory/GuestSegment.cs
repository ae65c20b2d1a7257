using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Memory;

/// <summary>A run of host memory behind guest memory; laid out as struct iovec of readv(2): base, length.</summary>
/// <param name="Address">Host address.</param>
/// <param name="Length">Length in bytes.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct GuestSegment(nint Address, nuint Length);
