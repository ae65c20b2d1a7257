namespace PortableVirt.Analysis.Pe;

/// <summary>One base relocation.</summary>
/// <param name="Rva">What to adjust.</param>
/// <param name="Type">IMAGE_REL_BASED_: 3 HIGHLOW (32 bits), 10 DIR64 (64 bits).</param>
public readonly record struct PeRelocation(uint Rva, byte Type);
