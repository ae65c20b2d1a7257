using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>struct timespec of utimensat(2): 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct HostTimespec(long Seconds, long Nanoseconds)
{
    /// <summary>UTIME_OMIT: leave this time as it is.</summary>
    public static readonly HostTimespec Omit = new(0, 0x3ffffffe);
}
