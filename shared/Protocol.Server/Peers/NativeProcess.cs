using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Protocol.Server.Peers;

/// <summary>System calls on processes.</summary>
internal static partial class NativeProcess
{
    private const long SysPidFdOpen = 434;

    public static SafeFileHandle PidFdOpen(int processId, uint flags) => new((nint)SysCall(SysPidFdOpen, processId, flags), ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SysCall(long number, int processId, uint flags);
}
