using PortableVirt.Kernel;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>One virtual machine with its kernel, shared by all checks of a run.</summary>
public sealed class Machine : IDisposable
{
    private readonly KvmDevice _device;

    /// <summary>Opens /dev/kvm, probes it and builds the machine.</summary>
    public Machine(VmOptions? options = null)
    {
        _device = KvmDevice.Open();
        Vm = new Vm(_device, options);
        Kernel = new GuestKernel(Vm);
    }

    /// <summary>The device.</summary>
    public KvmDevice Device => _device;

    /// <summary>What the probe found.</summary>
    public KvmHost Host => Vm.Host;

    /// <summary>The machine.</summary>
    public Vm Vm { get; }

    /// <summary>Its kernel.</summary>
    public GuestKernel Kernel { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Vm.Dispose();
        _device.Dispose();
    }
}
