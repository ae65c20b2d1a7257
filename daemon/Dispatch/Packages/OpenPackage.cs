using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Packages;

/// <summary>The file of a registered package, open for a VM-app.</summary>
/// <param name="File">The file in the store.</param>
/// <param name="SourcePath">Where it was when it was registered, for messages; empty when nobody said.</param>
internal sealed record OpenPackage(SafeFileHandle File, string SourcePath) : IDisposable
{
    public void Dispose() => File.Dispose();
}
