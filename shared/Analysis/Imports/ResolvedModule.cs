using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Imports;

/// <summary>A DLL that was found.</summary>
/// <param name="Name">File name in lower case: the module's identity.</param>
/// <param name="Image">Its contents.</param>
/// <param name="IsSystem">True for DLLs of the system folder, those that we make ourselves among them.</param>
/// <param name="IsMade">True for a DLL that we make ourselves because the system folder lacks it.</param>
public sealed record ResolvedModule(string Name, PeImage Image, bool IsSystem, bool IsMade = false);
