namespace PortableVirt.Appliance.Icons;

/// <summary>One picture of an icon.</summary>
/// <param name="Size">Width and height in pixels.</param>
/// <param name="Png">The picture as a PNG file.</param>
public sealed record IconImage(int Size, ReadOnlyMemory<byte> Png);
