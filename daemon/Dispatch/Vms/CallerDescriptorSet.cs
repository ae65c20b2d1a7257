using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Vms;

/// <summary>Copies of a caller's descriptors.</summary>
/// <param name="StdIn">Standard input.</param>
/// <param name="StdOut">Standard output.</param>
/// <param name="StdErr">Standard error.</param>
/// <param name="WorkingFolder">The working folder.</param>
internal sealed record CallerDescriptorSet(SafeFileHandle StdIn, SafeFileHandle StdOut, SafeFileHandle StdErr, SafeFileHandle WorkingFolder) : IDisposable
{
    public void Dispose()
    {
        StdIn.Dispose();
        StdOut.Dispose();
        StdErr.Dispose();
        WorkingFolder.Dispose();
    }
}
