using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>Opening a device node (fcntl.h).</summary>
internal static partial class NativeFile
{
    public const int OpenReadWrite = 2;
    public const int OpenCloseOnExec = 0x8_0000;

    [LibraryImport("libc.so.6", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);
}
