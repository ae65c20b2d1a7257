namespace PortableVirt.Hypervisor;

/// <summary>Which of the two families of KVM this host has. They differ in where a 64-bit <c>syscall</c> ends up.</summary>
public enum KvmKind
{
    /// <summary>kvm_pvm: no VMX or SVM, shadow paging; <c>syscall</c> stays at CPL3 and CPL0 code is interpreted (measured).</summary>
    SoftwarePvm,

    /// <summary>kvm_intel or kvm_amd: <c>syscall</c> enters CPL0 as the architecture says.</summary>
    Hardware,
}
