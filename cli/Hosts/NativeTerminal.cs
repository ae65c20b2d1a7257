using System.Runtime.InteropServices;

namespace PortableVirt.Cli.Hosts;

/// <summary>System calls on terminals and on this process as a job.</summary>
internal static partial class NativeTerminal
{
    /// <summary>TCGETS.</summary>
    public const nuint GetAttributes = 0x5401;

    /// <summary>TCSETSW: once all output is through.</summary>
    public const nuint SetAttributes = 0x5403;

    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;

    [LibraryImport("libc", EntryPoint = "ioctl")]
    public static partial int Ioctl(int descriptor, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    public static partial int GetForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int GetGroup();

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);
}
