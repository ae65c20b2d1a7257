namespace PortableVirt.Hypervisor;

/// <summary>A KVM virtual machine: guest memory, page tables and virtual processors.</summary>
public sealed class Vm : IDisposable
{
    /// <summary>Creates the machine with its first memory slots. Throws <see cref="KvmException"/>.</summary>
    public Vm(KvmDevice device, KvmHost host, VmOptions? options = null)
    {
        Host = host;
        Memory = new GuestMemory();
        Vcpus = new VcpuPool();
    }

    /// <summary>What the probe found out.</summary>
    public KvmHost Host { get; }

    /// <summary>Guest-physical memory.</summary>
    public GuestMemory Memory { get; }

    /// <summary>The virtual processors. The kernel library takes them from here; others rent from the kernel.</summary>
    public VcpuPool Vcpus { get; }

    /// <summary>Ends the machine. No thread may be inside a virtual processor or use guest memory any more.</summary>
    public void Dispose()
    {
    }
}
