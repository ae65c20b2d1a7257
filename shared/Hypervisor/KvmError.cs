namespace PortableVirt.Hypervisor;

/// <summary>Classes of <see cref="KvmException"/>.</summary>
public enum KvmError
{
    /// <summary>The device node does not exist: no KVM module is loaded, or virtualization is off.</summary>
    NoDevice,

    /// <summary>The caller may not open the device.</summary>
    NoPermission,

    /// <summary>The descriptor is not KVM's, or its API version is not 12.</summary>
    WrongApiVersion,

    /// <summary>This KVM lacks a capability that is needed.</summary>
    MissingCapability,

    /// <summary>The host has no memory (or address space, or memory slot) left for the guest.</summary>
    OutOfMemory,

    /// <summary>All virtual processors that this KVM allows are in use.</summary>
    OutOfVcpus,

    /// <summary>A KVM system call failed in a way that has no class of its own.</summary>
    CallFailed,
}
