namespace PortableVirt.Cell;

/// <summary>A host path that the VM-app keeps.</summary>
/// <param name="Path">Absolute path; it and, for a folder, all below. One that is not there is left out.</param>
/// <param name="Use">What for.</param>
public sealed record CellPath(string Path, CellPathUse Use);
