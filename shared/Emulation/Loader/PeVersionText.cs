namespace PortableVirt.Emulation.Loader;

/// <summary>What the version resource of a DLL says.</summary>
/// <param name="Version">File and product version, 16 bits each: major.minor.build.revision, major highest.</param>
/// <param name="Description">FileDescription.</param>
/// <param name="FileName">OriginalFilename.</param>
public sealed record PeVersionText(ulong Version, string Description, string FileName);
