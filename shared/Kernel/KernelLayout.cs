namespace PortableVirt.Kernel;

/// <summary>
/// Where the kernel's pages lie. PML4 slot 496 is for the supervisor, slot 498 for the gate; slot 256 is the hypervisor's own on PVM (measured).
/// </summary>
internal static class KernelLayout
{
    /// <summary>The interrupt descriptor table, one page.</summary>
    public const ulong Idt = 0xFFFF_F800_0000_0000;

    /// <summary>256 stubs of <see cref="StubSize"/> bytes: <c>out vector, al; iretq</c>.</summary>
    public const ulong Stubs = 0xFFFF_F800_0000_1000;

    /// <summary>Bytes of a stub.</summary>
    public const int StubSize = 16;

    /// <summary>Bytes of an <c>out imm8, al</c>: what follows it starts there.</summary>
    public const int OutSize = 2;

    /// <summary>One page for each virtual processor.</summary>
    public const ulong CpuPages = 0xFFFF_F800_0010_0000;

    /// <summary>The system-call gate: <c>out 80h, al; sysretq</c>, executable for user mode, since PVM stays at CPL3 (measured).</summary>
    public const ulong Gate = 0xFFFF_F900_0000_0000;

    /// <summary>Port of the gate.</summary>
    public const ushort GatePort = 0x80;

    /// <summary>Offset of the TSS in a processor's page; the GDT is at 0.</summary>
    public const int Tss = 0x100;

    /// <summary>Offset of the I/O bitmap in the TSS.</summary>
    public const int IoBitmap = 0x68;

    /// <summary>Ports that the bitmap covers; all others are denied.</summary>
    public const int IoPorts = 256;

    /// <summary>Offset of the last byte of the TSS: the 0xFF behind the bitmap.</summary>
    public const uint TssLimit = IoBitmap + (IoPorts / 8);

    /// <summary>End of the stack for exceptions that may hit the gate itself (#DB, NMI, #DF, #MC), offset in the page.</summary>
    public const int InterruptStackTop = 0x800;

    /// <summary>End of the stack for all other exceptions, offset in the page.</summary>
    public const int StackTop = 0x1000;

    /// <summary>Bytes of the frame that the processor pushes, without error code.</summary>
    public const int FrameSize = 40;
}
