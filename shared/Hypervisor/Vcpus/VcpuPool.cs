namespace PortableVirt.Hypervisor;

/// <summary>The virtual processors of one machine. KVM never frees one before the machine ends, so they are reused. Thread-safe.</summary>
public sealed class VcpuPool
{
    internal VcpuPool()
    {
    }
}
