using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Loader;

/// <summary>The ntdll.dll of the VM.</summary>
/// <param name="Section">Its image section, mapped into every process.</param>
/// <param name="Exports">What of it the kernel side uses.</param>
public sealed record NtdllImage(ImageSection Section, NtdllExports Exports);
