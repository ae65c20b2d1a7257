namespace PortableVirt.Hypervisor;

/// <summary>The system registers of a virtual processor that runs 64-bit user code (Intel SDM volume 3, 2.5 and 3.4).</summary>
public static class SystemState
{
    /// <summary>Kernel code segment.</summary>
    public const ushort KernelCode = 0x10;

    /// <summary>Kernel data segment.</summary>
    public const ushort KernelData = 0x18;

    /// <summary>Compatibility-mode user code segment.</summary>
    public const ushort UserCode32 = 0x23;

    /// <summary>User data segment.</summary>
    public const ushort UserData = 0x2B;

    /// <summary>64-bit user code segment.</summary>
    public const ushort UserCode64 = 0x33;

    /// <summary>Task-state segment.</summary>
    public const ushort Task = 0x40;

    /// <summary>The 32-bit TEB's segment, as Windows has it.</summary>
    public const ushort Teb32 = 0x53;

    /// <summary>Bytes of the GDT up to and including the TEB's segment.</summary>
    public const int GdtLength = 0x58;

    /// <summary>PAE, PGE, OSFXSR, OSXMMEXCPT.</summary>
    public const ulong Cr4Base = 0x6A0;

    /// <summary>FSGSBASE.</summary>
    public const ulong Cr4FsGsBase = 1UL << 16;

    /// <summary>OSXSAVE.</summary>
    public const ulong Cr4OsXsave = 1UL << 18;

    /// <summary>PG, WP, AM, NE, ET, MP, PE: alignment checks possible, supervisor writes honour read-only pages.</summary>
    public const ulong Cr0 = 0x8005_0033;

    /// <summary>SCE, LME, LMA, NXE.</summary>
    public const ulong Efer = 0xD01;

    /// <summary>MSR STAR: syscall to <see cref="KernelCode"/>, sysret to <see cref="UserCode64"/> and <see cref="UserData"/>.</summary>
    public const ulong Star = 0x0023_0010_0000_0000;

    /// <summary>MSR FMASK: syscall clears TF, IF, DF, NT and AC.</summary>
    public const ulong Fmask = 0x4_4700;

    /// <summary>Fills in the state of 64-bit user code.</summary>
    /// <param name="sregs">The registers as KVM made them; APIC base and CR8 stay.</param>
    /// <param name="cr3">Guest-physical address of the top page table.</param>
    /// <param name="cr4">CR4.</param>
    /// <param name="gdt">Linear address of the GDT.</param>
    /// <param name="idt">Linear address of the IDT, 4096 bytes.</param>
    /// <param name="tss">Linear address of the TSS.</param>
    /// <param name="tssLimit">Offset of the TSS's last byte.</param>
    public static void Initialize(ref KvmSregs sregs, ulong cr3, ulong cr4, ulong gdt, ulong idt, ulong tss, uint tssLimit)
    {
        sregs.Cs = KvmSegment.UserCode(UserCode64);
        sregs.Ss = sregs.Ds = sregs.Es = sregs.Gs = KvmSegment.UserData(UserData);
        sregs.Fs = KvmSegment.UserData(Teb32);
        sregs.Tr = new KvmSegment { Base = tss, Limit = tssLimit, Selector = Task, Type = 11, Present = 1 };
        sregs.Ldt = new KvmSegment { Unusable = 1, Type = 2 };
        sregs.Gdt = new KvmDescriptorTable { Base = gdt, Limit = GdtLength - 1 };
        sregs.Idt = new KvmDescriptorTable { Base = idt, Limit = 4095 };
        sregs.Cr0 = Cr0;
        sregs.Cr2 = 0;
        sregs.Cr3 = cr3;
        sregs.Cr4 = cr4;
        sregs.Efer = Efer;
    }

    /// <summary>Writes the GDT that the selectors above refer to; accessed bits are preset.</summary>
    /// <param name="gdt">At least <see cref="GdtLength"/> bytes, zeroed.</param>
    /// <param name="tss">Linear address of the TSS.</param>
    /// <param name="tssLimit">Offset of its last byte.</param>
    public static void WriteGdt(Span<byte> gdt, ulong tss, uint tssLimit)
    {
        Span<ulong> entries = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(gdt);
        entries[KernelCode >> 3] = 0x00AF_9B00_0000_FFFF;
        entries[KernelData >> 3] = 0x00CF_9300_0000_FFFF;
        entries[UserCode32 >> 3] = 0x00CF_FB00_0000_FFFF;
        entries[UserData >> 3] = 0x00CF_F300_0000_FFFF;
        entries[UserCode64 >> 3] = 0x00AF_FB00_0000_FFFF;
        entries[Task >> 3] = (tssLimit & 0xFFFF) | ((tss & 0xFF_FFFF) << 16) | (0x8BUL << 40) | ((tss >> 24 & 0xFF) << 56);
        entries[(Task >> 3) + 1] = tss >> 32;
        entries[Teb32 >> 3] = 0x0040_F300_0000_0FFF;
    }

    /// <summary>Writes an IDT gate: a 64-bit interrupt gate.</summary>
    /// <param name="idt">The IDT.</param>
    /// <param name="vector">Vector.</param>
    /// <param name="handler">Linear address of the stub.</param>
    /// <param name="privilege">3 when <c>int n</c> at CPL3 may use it, else 0.</param>
    /// <param name="stack">Index in the TSS's interrupt stack table, 0 for the stack of the privilege level.</param>
    public static void WriteGate(Span<byte> idt, int vector, ulong handler, int privilege, int stack)
    {
        Span<ulong> gate = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(idt).Slice(vector * 2, 2);
        gate[0] = (handler & 0xFFFF) | ((ulong)KernelCode << 16) | ((ulong)stack << 32) | ((0x8EUL | ((ulong)privilege << 5)) << 40)
            | ((handler >> 16 & 0xFFFF) << 48);
        gate[1] = handler >> 32;
    }
}
