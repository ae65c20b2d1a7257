namespace PortableVirt.Appliance.Trust;

/// <summary>A key of the trust store.</summary>
/// <param name="Name">What it is called: its file's name.</param>
/// <param name="Key">X and Y, 64 bytes.</param>
/// <param name="File">Its file.</param>
public sealed record TrustedKey(string Name, ReadOnlyMemory<byte> Key, string File);
