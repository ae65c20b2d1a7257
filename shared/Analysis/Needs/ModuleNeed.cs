namespace PortableVirt.Analysis.Needs;

/// <summary>A module that a program needs.</summary>
/// <param name="Name">File name in lower case.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="NeededBy">File name of the module that first asks for it; empty for the program itself.</param>
/// <param name="IsDelayed">True when every way to it goes through a delayed import: it is loaded at the first call, if ever.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="Sha256">Hash of the file, lower-case hexadecimal.</param>
public sealed record ModuleNeed(string Name, ModuleOrigin Origin, string NeededBy, bool IsDelayed, long Length, string Sha256);
