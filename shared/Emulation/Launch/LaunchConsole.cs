namespace PortableVirt.Emulation.Launch;

/// <summary>What a start with a console has besides: kernelbase.dll's connection to it, the one thing that its initialiser makes only there.</summary>
/// <param name="Connection">Address of the variable that holds the connection's handle; 0 where that is not known, and a start with a console does not use the image.</param>
/// <param name="Access">Access that the connection is opened with.</param>
public readonly record struct LaunchConsole(ulong Connection, uint Access);
