using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sync;

/// <summary>MUTANT_BASIC_INFORMATION: 8 bytes.</summary>
/// <param name="CurrentCount">1 free, 0 owned once, negative owned more often.</param>
/// <param name="OwnedByCaller">1 when the caller owns it.</param>
/// <param name="AbandonedState">1 when the last owner ended without releasing it.</param>
/// <param name="Padding">Fills the structure up.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MutantBasicInformation(int CurrentCount, byte OwnedByCaller, byte AbandonedState, ushort Padding);
