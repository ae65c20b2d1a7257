namespace PortableVirt.Hypervisor;

/// <summary>Why KVM_RUN came back, as far as a caller must tell it apart.</summary>
public enum VcpuExitReason
{
    /// <summary>An I/O instruction (KVM_EXIT_IO).</summary>
    Io,

    /// <summary>An access to a guest-physical address without memory (KVM_EXIT_MMIO).</summary>
    Mmio,

    /// <summary><c>hlt</c> at CPL0 (KVM_EXIT_HLT).</summary>
    Halt,

    /// <summary><see cref="Vcpu.Kick"/> was called; the detail is 1 when the guest was not entered at all.</summary>
    Kick,

    /// <summary>The host memory behind a guest page cannot be had (EFAULT).</summary>
    MemoryFault,

    /// <summary>Triple fault (KVM_EXIT_SHUTDOWN).</summary>
    Shutdown,

    /// <summary>KVM could not go on (KVM_EXIT_INTERNAL_ERROR); <see cref="VcpuExit.Detail"/> is the suberror.</summary>
    InternalError,

    /// <summary>The processor refused the state (KVM_EXIT_FAIL_ENTRY); the detail is the hardware's reason.</summary>
    FailEntry,

    /// <summary>KVM_RUN failed; the detail is errno.</summary>
    CallFailed,

    /// <summary>An exit that this library does not ask for; the detail is KVM's exit reason.</summary>
    Unknown,
}
