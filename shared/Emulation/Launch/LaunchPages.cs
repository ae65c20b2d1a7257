namespace PortableVirt.Emulation.Launch;

/// <summary>A run of pages that a start gets in memory before it runs.</summary>
/// <param name="Address">First address, a multiple of 4 KiB; the run lies in one region.</param>
/// <param name="Count">Pages.</param>
/// <param name="Stored">Number of the first stored page, ascending from run to run without a gap, or -1 for pages of zeros.</param>
public readonly record struct LaunchPages(ulong Address, int Count, int Stored);
