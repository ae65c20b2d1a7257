using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sync;

/// <summary>struct timespec of the Linux x86-64 ABI.</summary>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="Nanoseconds">0 to 999,999,999.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Timespec(long Seconds, long Nanoseconds)
{
    private const long PerSecond = 1_000_000_000;

    /// <summary>Converts nanoseconds; negative values become 0.</summary>
    public static Timespec FromNanoseconds(long value) => value <= 0 ? default : new Timespec(value / PerSecond, value % PerSecond);
}
