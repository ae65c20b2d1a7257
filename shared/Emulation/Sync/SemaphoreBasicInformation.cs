using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sync;

/// <summary>SEMAPHORE_BASIC_INFORMATION: 8 bytes.</summary>
/// <param name="CurrentCount">Current count.</param>
/// <param name="MaximumCount">Highest count.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SemaphoreBasicInformation(int CurrentCount, int MaximumCount);
