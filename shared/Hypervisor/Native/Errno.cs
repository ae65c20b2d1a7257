using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>The errno values that are told apart here (asm-generic/errno.h).</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int NoDeviceOrAddress = 6;
    public const int TooBig = 7;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int AccessDenied = 13;
    public const int Fault = 14;
    public const int Exists = 17;
    public const int NoDevice = 19;
    public const int Invalid = 22;

    /// <summary>The text of an errno value as the C library has it.</summary>
    public static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
