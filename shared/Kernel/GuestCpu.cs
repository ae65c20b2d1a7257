using PortableVirt.Hypervisor;

namespace PortableVirt.Kernel;

/// <summary>
/// A virtual processor as user mode sees it. One thread at a time uses it; only <see cref="Kick"/> may be called from any thread. Between two calls of
/// <see cref="Run"/> the registers are the exact user-mode state, whatever the kind of KVM and wherever the exit happened.
/// </summary>
public sealed class GuestCpu
{
    internal GuestCpu()
    {
    }

    /// <summary>The integer registers; edit freely between runs.</summary>
    public ref UserRegisters Registers => throw new NotSupportedException();

    /// <summary>Base of GS (the TEB of a 64-bit thread). A non-canonical value is refused by KVM: the next run ends with an internal error.</summary>
    public ulong GsBase { get; set; }

    /// <summary>Base of FS.</summary>
    public ulong FsBase { get; set; }

    /// <summary>The code segment in use: 0x33 (64-bit) or 0x23 (compatibility mode). Other values are taken as 0x33.</summary>
    public ushort CodeSegment { get; set; }

    /// <summary>Bytes of a saved extended state: an XSAVE area in the standard format of this processor.</summary>
    public int XStateSize => throw new NotSupportedException();

    /// <summary>How often this virtual processor returned, by reason.</summary>
    public ExitCounters Counters { get; } = new();

    /// <summary>What went wrong, after <see cref="GuestExitKind.InternalError"/>.</summary>
    public string InternalErrorText => throw new NotSupportedException();

    /// <summary>Selects the address space of the next run.</summary>
    public void SetAddressSpace(PageTables root) => throw new NotSupportedException();

    /// <summary>Enters user mode with <see cref="Registers"/> and returns at the next event that the host must handle.</summary>
    public GuestExit Run() => throw new NotSupportedException();

    /// <summary>Makes the current or the next <see cref="Run"/> return <see cref="GuestExitKind.Kick"/> soon. Several kicks before a return count as one.</summary>
    public void Kick() => throw new NotSupportedException();

    /// <summary>Writes the x87, SSE and AVX state into the first <see cref="XStateSize"/> bytes (XSAVE format, XCOMP_BV = 0).</summary>
    public void SaveXState(Span<byte> xsave) => throw new NotSupportedException();

    /// <summary>Loads a state that <see cref="SaveXState"/> wrote, or an edited one. False when the processor would refuse it (reserved MXCSR or header bits).</summary>
    public bool LoadXState(ReadOnlySpan<byte> xsave) => throw new NotSupportedException();
}
