namespace PortableVirt.Analysis.Pe;

/// <summary>One resource: a leaf of the tree type / name / language.</summary>
/// <param name="Type">RT_ number or name.</param>
/// <param name="Name">Its number or name.</param>
/// <param name="Language">LANGID.</param>
/// <param name="Rva">Where its data is.</param>
/// <param name="Size">Bytes of data as declared; whether the file has them all shows when they are read.</param>
public readonly record struct PeResource(PeResourceId Type, PeResourceId Name, ushort Language, uint Rva, uint Size);
