using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Launch;

/// <summary>Where a launch image lies, and what it must have been made of.</summary>
/// <param name="File">Its bytes; stays the caller's.</param>
/// <param name="Version">Version of the product that starts.</param>
/// <param name="Contents">Names the files of the package that starts.</param>
public sealed record LaunchImageFile(FileExtent File, string Version, string Contents);
