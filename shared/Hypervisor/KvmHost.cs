namespace PortableVirt.Hypervisor;

/// <summary>What the start-up probe found out about this machine's KVM.</summary>
/// <param name="Kind">Which family of KVM.</param>
/// <param name="SyscallEntersCpl0">True when a 64-bit <c>syscall</c> at CPL3 reaches CPL0, as the architecture says.</param>
/// <param name="MaxVcpus">Virtual processors per virtual machine.</param>
/// <param name="MaxMemorySlots">Memory slots per virtual machine.</param>
/// <param name="PhysicalAddressBits">Width of guest-physical addresses.</param>
/// <param name="SupportedXcr0">The XCR0 bits that the guest may enable by KVM's own account; on PVM the guest sees the host's instead.</param>
/// <param name="XStateSize">Bytes of a saved extended state (KVM_GET_XSAVE2).</param>
public sealed record KvmHost(
    KvmKind Kind,
    bool SyscallEntersCpl0,
    int MaxVcpus,
    int MaxMemorySlots,
    int PhysicalAddressBits,
    ulong SupportedXcr0,
    int XStateSize)
{
    /// <summary>Runs one instruction in a scratch virtual machine and asks KVM for its limits; about 1 to 2 ms. Throws <see cref="KvmException"/>.</summary>
    public static KvmHost Probe(KvmDevice device) => throw new NotSupportedException(device.ToString());

    /// <summary>
    /// True when 32-bit compatibility-mode code runs natively, SSE included; false where KVM interprets it (measured on kvm_pvm). Makes a scratch
    /// virtual machine of its own, about 2 ms: for reports, not for the start path.
    /// </summary>
    public static bool ProbeCompatibilityMode(KvmDevice device) => throw new NotSupportedException(device.ToString());
}
