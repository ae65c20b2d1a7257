using Microsoft.Win32.SafeHandles;

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
    /// <summary>The CR4 that this KVM accepts of those bits that user programs need.</summary>
    public ulong Cr4 { get; internal init; }

    /// <summary>KVM_GET_SUPPORTED_CPUID's answer: struct kvm_cpuid2.</summary>
    internal byte[] Cpuid { get; init; } = [];

    /// <summary>True when KVM_GET_XSAVE2 exists.</summary>
    internal bool HasXsave2 { get; init; }

    /// <summary>Runs one instruction in a virtual machine of its own and asks KVM for its limits; about 2 ms. Throws <see cref="KvmException"/>.</summary>
    public static KvmHost Probe(KvmDevice device)
    {
        using SafeFileHandle vm = device.CreateVm();
        using ScratchMachine scratch = new(device, vm, new MemorySlots(vm, 8));
        return Probe(device, scratch);
    }

    /// <summary>
    /// True when 32-bit compatibility-mode code runs natively, SSE included; false where KVM interprets it (measured on kvm_pvm). Makes a scratch
    /// virtual machine of its own, about 2 ms: for reports, not for the start path.
    /// </summary>
    public static bool ProbeCompatibilityMode(KvmDevice device)
    {
        using SafeFileHandle vm = device.CreateVm();
        using ScratchMachine scratch = new(device, vm, new MemorySlots(vm, 8));
        return scratch.RunsCompatibilityMode();
    }

    /// <summary>Probes in a machine that is to be used afterwards.</summary>
    internal static KvmHost Probe(KvmDevice device, ScratchMachine scratch)
    {
        CpuidTable cpuid = device.Cpuid;
        bool entersCpl0 = scratch.SyscallEntersCpl0();
        int xsave2 = device.Capability(Native.NativeKvm.CapXsave2);
        return new KvmHost(
            entersCpl0 ? KvmKind.Hardware : KvmKind.SoftwarePvm,
            entersCpl0,
            Math.Max(1, device.Capability(Native.NativeKvm.CapMaxVcpus)),
            Math.Max(8, device.Capability(Native.NativeKvm.CapNrMemslots)),
            cpuid.PhysicalAddressBits,
            cpuid.SupportedXcr0,
            Math.Max(4096, xsave2))
        {
            Cr4 = scratch.Cr4,
            Cpuid = cpuid.Bytes,
            HasXsave2 = xsave2 > 0,
        };
    }
}
