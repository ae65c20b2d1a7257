namespace PortableVirt.Hypervisor;

/// <summary>Register sets in the page shared with KVM (KVM_SYNC_X86_* of asm/kvm.h).</summary>
[Flags]
public enum KvmSyncRegs : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><see cref="KvmRegs"/>.</summary>
    Regs = 1,

    /// <summary><see cref="KvmSregs"/>.</summary>
    Sregs = 2,
}
