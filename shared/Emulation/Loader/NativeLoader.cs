using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Loader;

/// <summary>The system call for files without a name.</summary>
internal static partial class NativeLoader
{
    /// <summary>MFD_CLOEXEC.</summary>
    public const uint CloseOnExec = 1;

    /// <summary>memfd_create(2).</summary>
    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle CreateMemoryFile(string name, uint flags);
}
