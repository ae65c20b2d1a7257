using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor;

/// <summary>struct kvm_sregs of linux/kvm.h, 312 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 0x138)]
public struct KvmSregs
{
    /// <summary>Segment register.</summary>
    public KvmSegment Cs, Ds, Es, Fs, Gs, Ss, Tr, Ldt;

    /// <summary>Descriptor-table register.</summary>
    public KvmDescriptorTable Gdt, Idt;

    /// <summary>Control register.</summary>
    public ulong Cr0, Cr2, Cr3, Cr4, Cr8;

    /// <summary>Extended feature register and APIC base.</summary>
    public ulong Efer, ApicBase;
}
