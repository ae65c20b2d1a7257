namespace PortableVirt.Emulation.Launch;

/// <summary>A value of the user's part of the registry that was read before a launch image was taken.</summary>
/// <param name="Key">Full path of the key.</param>
/// <param name="Name">Name of the value, empty for the default one.</param>
/// <param name="Content">REG_ type and data, 4 bytes and the rest; empty when there was no such value.</param>
public sealed record LaunchValue(string Key, string Name, byte[] Content);
