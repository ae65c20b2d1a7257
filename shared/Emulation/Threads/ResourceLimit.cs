using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Threads;

/// <summary>struct rlimit of the host.</summary>
/// <param name="Current">The limit in force.</param>
/// <param name="Maximum">How far it may be raised.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ResourceLimit(ulong Current, ulong Maximum);
