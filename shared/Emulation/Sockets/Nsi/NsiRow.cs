namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>A row of an NSI table: its key and three structures of values.</summary>
/// <param name="Key">The key.</param>
/// <param name="Writable">What could be written, "rw".</param>
/// <param name="Dynamic">What changes.</param>
/// <param name="Static">What does not.</param>
internal sealed record NsiRow(byte[] Key, byte[] Writable, byte[] Dynamic, byte[] Static);
