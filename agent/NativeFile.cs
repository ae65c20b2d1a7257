using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Agent;

/// <summary>System calls on files.</summary>
internal static partial class NativeFile
{
    public const int OPath = 0x200000;
    public const int ODirectory = 0x10000;
    public const int OCloExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEUid();
}
