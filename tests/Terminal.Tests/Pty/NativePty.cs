using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Terminal.Tests.Pty;

/// <summary>System calls on pseudo-terminals.</summary>
internal static partial class NativePty
{
    public const int ReadWriteNoTerminal = 2 | 0x100 | 0x80000;
    public const nuint GetAttributes = 0x5401;
    public const nuint SetWindowSize = 0x5414;
    public const nuint GetNumber = 0x80045430;
    public const nuint SetLock = 0x40045431;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle file, nuint request, ref byte argument);
}
