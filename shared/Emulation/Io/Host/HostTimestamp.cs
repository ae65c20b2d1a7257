using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>struct statx_timestamp: seconds since 1970 and nanoseconds, 16 bytes; the start of it is also a struct timespec's meaning.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct HostTimestamp(long Seconds, uint Nanoseconds, int Reserved = 0)
{
    private const long EpochDifference = 11_644_473_600;

    /// <summary>As FILETIME: 100 ns units since 1601; 0 for times before it.</summary>
    public long ToFileTime() =>
        Seconds < -EpochDifference || Seconds > (long.MaxValue / 10_000_000) - EpochDifference - 1
            ? 0
            : ((Seconds + EpochDifference) * 10_000_000) + (Nanoseconds / 100);

    /// <summary>From a non-negative FILETIME.</summary>
    public static HostTimestamp FromFileTime(long fileTime)
    {
        (long seconds, long rest) = Math.DivRem(fileTime, 10_000_000);
        return new HostTimestamp(seconds - EpochDifference, (uint)rest * 100);
    }
}
