using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>A KVM virtual machine: guest memory, page tables and virtual processors.</summary>
public sealed class Vm : IDisposable
{
    /// <summary>Shadow pages that KVM may keep; its own default thrashes above 2% of the slots' pages (measured).</summary>
    private const int MmuPages = 100_000;

    private readonly SafeFileHandle _handle;
    private readonly ScratchMachine _scratch;
    private readonly LateRelease? _late;

    /// <summary>Creates the machine with its first memory slots and finds out what kind of KVM runs it. Throws <see cref="KvmException"/>.</summary>
    public Vm(KvmDevice device, VmOptions? options = null)
    {
        options ??= new VmOptions();
        _handle = device.CreateVm();
        try
        {
            MemorySlots slots = new(_handle, Math.Max(8, device.Capability(NativeKvm.CapNrMemslots)));
            _scratch = new ScratchMachine(device, _handle, slots);
            Host = KvmHost.Probe(device, _scratch);
            MemoryLayout layout = MemoryLayout.For(options, Host.PhysicalAddressBits);
            Kernel = new KernelMemory(slots, layout);
            Memory = new GuestMemory(slots, layout);
            if (NativeKvm.Ioctl(_handle, NativeKvm.SetNrMmuPages, MmuPages) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                throw new KvmException(KvmError.CallFailed, $"KVM_SET_NR_MMU_PAGES failed: {Errno.Text(errno)}.", errno);
            }

            _late = options.EndsAfterProcess ? LateRelease.TryKeep(_handle) : null;
            Vcpus = new VcpuPool(device, _handle, Host, Memory, _scratch);
        }
        catch (KvmException)
        {
            _late?.Dispose();
            _scratch?.Dispose();
            Memory?.Dispose();
            Kernel?.Dispose();
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>What the probe found out.</summary>
    public KvmHost Host { get; }

    /// <summary>Guest-physical memory.</summary>
    public GuestMemory Memory { get; }

    /// <summary>Page tables and kernel pages.</summary>
    public KernelMemory Kernel { get; }

    /// <summary>The virtual processors. The kernel library takes them from here; others rent from the kernel.</summary>
    public VcpuPool Vcpus { get; }

    /// <summary>
    /// The process may end with the machine still there: the kernel ends it afterwards, and whoever waits for the process does not wait for that. False
    /// where it was not asked for, and where the host does not do it.
    /// </summary>
    public bool EndsAfterProcess => _late is not null;

    /// <summary>
    /// Ends the machine in KVM, which takes it a millisecond; guest memory stays readable for this process. No thread may be inside a virtual processor or
    /// call for one any more.
    /// </summary>
    public void EndInKvm()
    {
        if (!_handle.IsClosed)
        {
            Vcpus.Dispose();
            _late?.Dispose();
            _handle.Dispose();
        }
    }

    /// <summary>Ends the machine. No thread may be inside a virtual processor or use guest memory any more.</summary>
    public void Dispose()
    {
        EndInKvm();
        Memory.Dispose();
        Kernel.Dispose();
        _scratch.Dispose();
    }
}
