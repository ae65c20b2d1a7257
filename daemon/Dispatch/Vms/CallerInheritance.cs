using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Vms;

/// <summary>What a program inherits from its caller: copies of descriptors and the file mode mask.</summary>
/// <param name="StdIn">Standard input.</param>
/// <param name="StdOut">Standard output.</param>
/// <param name="StdErr">Standard error.</param>
/// <param name="WorkingFolder">The working folder.</param>
/// <param name="FileModeMask">umask(2), in octal.</param>
internal sealed record CallerInheritance(
    SafeFileHandle StdIn, SafeFileHandle StdOut, SafeFileHandle StdErr, SafeFileHandle WorkingFolder, string FileModeMask) : IDisposable
{
    public void Dispose()
    {
        StdIn.Dispose();
        StdOut.Dispose();
        StdErr.Dispose();
        WorkingFolder.Dispose();
    }
}
