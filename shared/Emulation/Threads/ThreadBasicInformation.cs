using System.Runtime.InteropServices;
using PortableVirt.Emulation.Abi;

namespace PortableVirt.Emulation.Threads;

/// <summary>THREAD_BASIC_INFORMATION of a 64-bit process: 48 bytes.</summary>
/// <param name="ExitStatus">NTSTATUS in the low 32 bits.</param>
/// <param name="Teb">Guest address of the TEB.</param>
/// <param name="ClientId">Process and thread id.</param>
/// <param name="AffinityMask">Processors.</param>
/// <param name="Priority">As the base priority: libwine's kernelbase takes GetThreadPriority from here, Windows' from the next.</param>
/// <param name="BasePriority">Priority relative to the process's.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ThreadBasicInformation(ulong ExitStatus, ulong Teb, ClientId64 ClientId, ulong AffinityMask, int Priority, int BasePriority);
