using System.Runtime.InteropServices;

namespace PortableVirt.Cli.Hosts;

/// <summary>System calls on this process.</summary>
internal static partial class NativeProcess
{
    /// <summary>EACCES.</summary>
    public const int NoAccess = 13;

    /// <summary>Executes another program in the place of this one; returns only when that fails. Both lists end with null.</summary>
    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ExecVe(string path, string?[] arguments, string?[] environment);
}
