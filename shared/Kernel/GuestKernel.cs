using PortableVirt.Hypervisor;

namespace PortableVirt.Kernel;

/// <summary>
/// The portable virtualization kernel of one machine: data structures and stubs that the host builds in guest memory, without logic of their own.
/// Thread-safe.
/// </summary>
public sealed class GuestKernel
{
    /// <summary>The last byte that user mode may map, as on Windows x64.</summary>
    public const ulong HighestUserAddress = 0x0000_7FFF_FFFE_FFFF;

    /// <summary>Builds the kernel in a fresh machine. Throws <see cref="KvmException"/>.</summary>
    public GuestKernel(Vm vm) => Vm = vm;

    /// <summary>The machine.</summary>
    public Vm Vm { get; }

    /// <summary>An empty address space with the kernel half in place. Throws <see cref="KvmException"/> when there is no memory for tables.</summary>
    public PageTables CreateAddressSpace() => throw new NotSupportedException();

    /// <summary>
    /// Takes an address space back for reuse. It must be cleared (<see cref="PageTables.Clear"/>), its frames freed, and no virtual processor may
    /// run in it. Throws <see cref="InvalidOperationException"/> when it is not cleared.
    /// </summary>
    public void ReleaseAddressSpace(PageTables root) => throw new NotSupportedException();

    /// <summary>A virtual processor with fresh state: general registers 0, MXCSR 0x1F80, FCW 0x27F. Throws <see cref="KvmException"/> when there is none left.</summary>
    public GuestCpu RentCpu() => throw new NotSupportedException();

    /// <summary>Gives a virtual processor back. No thread may be in <see cref="GuestCpu.Run"/>.</summary>
    public void ReturnCpu(GuestCpu cpu) => throw new NotSupportedException();
}
