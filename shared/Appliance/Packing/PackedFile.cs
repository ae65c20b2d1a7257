namespace PortableVirt.Appliance.Packing;

/// <summary>A file that goes into a package.</summary>
/// <param name="Path">Path in the package.</param>
/// <param name="Content">Its bytes, reduced where that is possible.</param>
/// <param name="Origin">Where it came from, for the ledger.</param>
public sealed record PackedFile(string Path, ReadOnlyMemory<byte> Content, string Origin);
