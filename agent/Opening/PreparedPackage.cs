namespace PortableVirt.Agent.Opening;

/// <summary>A package that is ready to run.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Name">The program's name for people.</param>
/// <param name="IsConsole">True for a console program.</param>
internal sealed record PreparedPackage(string Path, string Name, bool IsConsole);
