namespace PortableVirt.Appliance.Format;

/// <summary>Where a member lies in its package.</summary>
/// <param name="Path">Path in the package.</param>
/// <param name="Offset">Where its data starts in the file, a multiple of 4096.</param>
/// <param name="Length">Bytes of its data.</param>
/// <param name="Crc">CRC-32 of its data, as the directory says.</param>
public readonly record struct PlacedMember(string Path, long Offset, long Length, uint Crc);
