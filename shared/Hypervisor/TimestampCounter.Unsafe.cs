using System.Runtime.Intrinsics.X86;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// The host's time-stamp counter. There is no managed instruction for it, so its four instructions lie in an executable page of their own.
/// </summary>
public static unsafe class TimestampCounter
{
    private const uint PowerManagementLeaf = 0x8000_0007;
    private const int InvariantBit = 1 << 8;
    private const int PageSize = 4096;

    private static readonly delegate* unmanaged<ulong> _read = Make();

    /// <summary>
    /// True when the counter can be read and runs at one rate on all processors (CPUID 8000_0007h, EDX bit 8), and the kernel itself keeps time by it.
    /// </summary>
    public static bool IsUsable => _read is not null;

    /// <summary>The counter now. Call only when <see cref="IsUsable"/>.</summary>
    public static ulong Read() => _read();

    private static delegate* unmanaged<ulong> Make()
    {
        if (!IsInvariant() || !IsClockSource())
        {
            return null;
        }

        nint page = NativeMmap.Map(0, PageSize, NativeMmap.ProtRead | NativeMmap.ProtWrite, NativeMmap.MapPrivate | NativeMmap.MapAnonymous, -1, 0);
        if (page == -1)
        {
            return null;
        }

        // lfence; rdtsc; shl rdx, 32; or rax, rdx; ret
        ReadOnlySpan<byte> code = [0x0F, 0xAE, 0xE8, 0x0F, 0x31, 0x48, 0xC1, 0xE2, 0x20, 0x48, 0x09, 0xD0, 0xC3];
        code.CopyTo(HostPointer.Bytes(page, PageSize));
        if (NativeMmap.Protect(page, PageSize, NativeMmap.ProtRead | NativeMmap.ProtExecute) != 0)
        {
            _ = NativeMmap.Unmap(page, PageSize);
            return null;
        }

        return (delegate* unmanaged<ulong>)page;
    }

    private static bool IsInvariant() =>
        X86Base.IsSupported
        && (uint)X86Base.CpuId(unchecked((int)0x8000_0000), 0).Eax >= PowerManagementLeaf
        && (X86Base.CpuId(unchecked((int)PowerManagementLeaf), 0).Edx & InvariantBit) != 0;

    private static bool IsClockSource()
    {
        try
        {
            return File.ReadAllText("/sys/devices/system/clocksource/clocksource0/current_clocksource").Trim() is "tsc" or "kvm-clock";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
