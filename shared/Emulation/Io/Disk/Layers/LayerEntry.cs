namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>A file or folder of a read-only layer.</summary>
/// <param name="Path">Path on the volume as it is spelled, parts joined by '/'.</param>
/// <param name="File">The file; null for a folder.</param>
/// <param name="IsFixed">The program may not change it, not even for itself: a file of the system.</param>
internal sealed record LayerEntry(string Path, LayerFile? File, bool IsFixed);
