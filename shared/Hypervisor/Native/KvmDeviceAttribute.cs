using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>struct kvm_device_attr of linux/kvm.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KvmDeviceAttribute
{
    /// <summary>KVM_VCPU_TSC_CTRL.</summary>
    public const uint TscControl = 0;

    /// <summary>KVM_VCPU_TSC_OFFSET.</summary>
    public const ulong TscOffset = 0;

    public uint Flags;
    public uint Group;
    public ulong Attribute;

    /// <summary>Host address of the value.</summary>
    public ulong Address;
}
