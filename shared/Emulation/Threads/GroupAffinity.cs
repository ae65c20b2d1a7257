using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Threads;

/// <summary>GROUP_AFFINITY of a 64-bit process: 16 bytes. There is one processor group, number 0.</summary>
/// <param name="Mask">Processors of the group.</param>
/// <param name="Group">Group in the low 16 bits; the other 48 are reserved and 0.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct GroupAffinity(ulong Mask, ulong Group);
