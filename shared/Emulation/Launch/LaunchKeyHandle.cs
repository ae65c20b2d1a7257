namespace PortableVirt.Emulation.Launch;

/// <summary>A registry key that the process has open in a launch image.</summary>
/// <param name="Handle">Value of the handle.</param>
/// <param name="Path">Full path of the key.</param>
/// <param name="Access">Granted access.</param>
public sealed record LaunchKeyHandle(ulong Handle, string Path, uint Access);
