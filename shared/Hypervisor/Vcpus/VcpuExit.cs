namespace PortableVirt.Hypervisor;

/// <summary>One return of KVM_RUN.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Port">I/O port.</param>
/// <param name="IsOutput">True for OUT.</param>
/// <param name="Address">Guest-physical address of an MMIO exit, or of a memory fault where KVM tells it.</param>
/// <param name="Detail">See <see cref="VcpuExitReason"/>.</param>
public readonly record struct VcpuExit(VcpuExitReason Reason, ushort Port = 0, bool IsOutput = false, ulong Address = 0, ulong Detail = 0);
