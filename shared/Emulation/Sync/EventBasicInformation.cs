using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sync;

/// <summary>EVENT_BASIC_INFORMATION: 8 bytes.</summary>
/// <param name="EventType">0 notification, 1 synchronization.</param>
/// <param name="EventState">1 when signaled.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct EventBasicInformation(uint EventType, int EventState);
