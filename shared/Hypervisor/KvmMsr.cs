namespace PortableVirt.Hypervisor;

/// <summary>A model-specific register and its value.</summary>
/// <param name="Index">Number, as for <c>wrmsr</c>.</param>
/// <param name="Value">Value.</param>
public readonly record struct KvmMsr(uint Index, ulong Value)
{
    /// <summary>Segment selectors of <c>syscall</c> and <c>sysret</c>.</summary>
    public const uint Star = 0xC000_0081;

    /// <summary>Target of <c>syscall</c> in 64-bit mode.</summary>
    public const uint Lstar = 0xC000_0082;

    /// <summary>Target of <c>syscall</c> in compatibility mode (AMD).</summary>
    public const uint Cstar = 0xC000_0083;

    /// <summary>Flags that <c>syscall</c> clears.</summary>
    public const uint Fmask = 0xC000_0084;

    /// <summary>The GS base that <c>swapgs</c> exchanges.</summary>
    public const uint KernelGsBase = 0xC000_0102;

    /// <summary>Code segment of <c>sysenter</c>; 0 makes it a fault.</summary>
    public const uint SysenterCs = 0x174;
}
