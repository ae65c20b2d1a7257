using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Threads;

/// <summary>POWER_THROTTLING_THREAD_STATE: 12 bytes.</summary>
/// <param name="Version">1.</param>
/// <param name="ControlMask">What the program controls.</param>
/// <param name="StateMask">What of it is throttled.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PowerThrottlingState(uint Version, uint ControlMask, uint StateMask);
