using PortableVirt.Emulation.Memory;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    /// <summary>An executive over a fresh virtual machine.</summary>
    /// <param name="kernel">The guest kernel.</param>
    /// <param name="commitLimit">The most private bytes that programs may commit.</param>
    public Executive(GuestKernel kernel, ulong commitLimit)
    {
        Kernel = kernel;
        CommitCharge = new CommitCharge(commitLimit);
        SharedData = new SharedUserData(this);
    }

    /// <summary>The portable virtualization kernel.</summary>
    public GuestKernel Kernel { get; }

    /// <summary>Guest-physical memory.</summary>
    public GuestMemory GuestMemory => Kernel.Vm.Memory;

    /// <summary>Commit charge of all processes.</summary>
    public CommitCharge CommitCharge { get; }

    /// <summary>KUSER_SHARED_DATA and the gate page, the same frames in every process.</summary>
    public SharedUserData SharedData { get; }

    /// <summary>Processors that the guest is told about.</summary>
    public int ProcessorCount { get; } = Math.Clamp(Environment.ProcessorCount, 1, 64);
}
