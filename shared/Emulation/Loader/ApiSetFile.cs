using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Loader;

/// <summary>apisetschema.dll, mapped as data into every process.</summary>
/// <param name="Section">Section over the file.</param>
/// <param name="FileOffset">Where its ".apiset" section starts in the file.</param>
public sealed record ApiSetFile(FileSection Section, uint FileOffset);
