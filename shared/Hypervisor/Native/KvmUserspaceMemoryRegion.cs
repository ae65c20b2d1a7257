using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>struct kvm_userspace_memory_region of linux/kvm.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KvmUserspaceMemoryRegion
{
    public uint Slot;
    public uint Flags;
    public ulong GuestPhysicalAddress;
    public ulong MemorySize;
    public ulong UserspaceAddress;
}
