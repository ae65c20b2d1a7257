using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Packages;

namespace PortableVirt.Dispatch.Vms;

/// <summary>What a VM-app inherits besides what the daemon makes for it.</summary>
/// <param name="StdIn">Standard input.</param>
/// <param name="StdOut">Standard output.</param>
/// <param name="StdErr">Standard error.</param>
/// <param name="WorkingFolder">The working folder.</param>
/// <param name="Package">The package to be run; null: none is.</param>
/// <param name="FileModeMask">umask(2), in octal.</param>
internal sealed record VmInheritance(
    SafeFileHandle StdIn, SafeFileHandle StdOut, SafeFileHandle StdErr, SafeFileHandle WorkingFolder, OpenPackage? Package, string FileModeMask) : IDisposable
{
    public void Dispose()
    {
        StdIn.Dispose();
        StdOut.Dispose();
        StdErr.Dispose();
        WorkingFolder.Dispose();
        Package?.Dispose();
    }
}
