using PortableVirt.Hypervisor;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>This host's KVM, probed at the first question and kept once it is usable.</summary>
internal sealed class KvmReport
{
    private readonly Lock _lock = new();
    private KvmInfo? _usable;

    public KvmInfo Get()
    {
        lock (_lock)
        {
            if (_usable is null)
            {
                KvmInfo info = Probe();
                _usable = info.Usable ? info : null;
                return info;
            }

            return _usable;
        }
    }

    private static KvmInfo Probe()
    {
        try
        {
            using KvmDevice device = KvmDevice.Open();
            KvmHost host = KvmHost.Probe(device);
            return new KvmInfo
            {
                Usable = true,
                Kind = host.Kind == Hypervisor.KvmKind.Hardware ? Protocol.V1.KvmKind.Hardware : Protocol.V1.KvmKind.SoftwarePvm,
                SyscallEntersCpl0 = host.SyscallEntersCpl0,
                MaxVcpus = host.MaxVcpus,
                MaxMemorySlots = host.MaxMemorySlots,
                PhysicalAddressBits = host.PhysicalAddressBits,
            };
        }
        catch (KvmException e)
        {
            return new KvmInfo { Problem = e.Message };
        }
    }
}
