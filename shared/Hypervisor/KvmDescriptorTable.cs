using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor;

/// <summary>struct kvm_dtable of linux/kvm.h: GDTR or IDTR.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct KvmDescriptorTable
{
    /// <summary>Linear address of the table.</summary>
    public ulong Base;

    /// <summary>Offset of its last byte.</summary>
    public ushort Limit;
}
