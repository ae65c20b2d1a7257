namespace PortableVirt.Analysis.Needs;

/// <summary>A place in code that enters the foreign kernel.</summary>
/// <param name="Module">File name of the module, in lower case.</param>
/// <param name="Rva">Address relative to the module's base.</param>
/// <param name="Kind">Which instruction.</param>
/// <param name="IsConfirmed">True when decoding from the beginning of a function reaches it; false when the bytes may as well be data.</param>
public sealed record CodeGate(string Module, uint Rva, CodeGateKind Kind, bool IsConfirmed);
