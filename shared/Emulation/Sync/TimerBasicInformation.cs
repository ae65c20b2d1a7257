using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sync;

/// <summary>TIMER_BASIC_INFORMATION: 16 bytes.</summary>
/// <param name="RemainingTime">100 ns units until the due time, negative when it has passed.</param>
/// <param name="TimerState">1 when signaled.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TimerBasicInformation(long RemainingTime, ulong TimerState);
