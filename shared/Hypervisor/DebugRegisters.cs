using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor;

/// <summary>The debug registers of a processor, in the order of struct kvm_debugregs and of CONTEXT.</summary>
/// <param name="Dr0">Address 0.</param>
/// <param name="Dr1">Address 1.</param>
/// <param name="Dr2">Address 2.</param>
/// <param name="Dr3">Address 3.</param>
/// <param name="Dr6">Status: bits 0 to 3 which address was hit, bit 14 a single step.</param>
/// <param name="Dr7">Control: bits 0 to 7 enable, from bit 16 four bits an address: 0 execute, 1 write, 3 read or write; length.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DebugRegisters(ulong Dr0, ulong Dr1, ulong Dr2, ulong Dr3, ulong Dr6, ulong Dr7)
{
    /// <summary>The enable bits of <see cref="Dr7"/>.</summary>
    public const ulong Enabled = 0xff;

    /// <summary>What the status register reads when nothing was hit.</summary>
    public const ulong InitialStatus = 0xffff_0ff0;

    /// <summary>What the control register reads when nothing is enabled.</summary>
    public const ulong InitialControl = 0x400;
}
