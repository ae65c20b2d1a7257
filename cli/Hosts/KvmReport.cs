using System.Globalization;
using PortableVirt.Hypervisor;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Hosts;

/// <summary>This host's KVM, probed by pvctl itself, and in words.</summary>
public static class KvmReport
{
    /// <summary>Opens and probes /dev/kvm; about 2 ms.</summary>
    public static KvmInfo Make()
    {
        try
        {
            using KvmDevice device = KvmDevice.FromDescriptor(KvmAccess.Open());
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
        catch (Exception e) when (e is HostException or KvmException)
        {
            return new KvmInfo { Problem = e.Message };
        }
    }

    /// <summary>One line for people.</summary>
    public static string Describe(KvmInfo kvm)
    {
        if (!kvm.Usable)
        {
            return "not usable: " + kvm.Problem;
        }

        string kind = kvm.Kind switch
        {
            Protocol.V1.KvmKind.Hardware => "hardware (kvm_intel or kvm_amd)",
            Protocol.V1.KvmKind.SoftwarePvm => "software (kvm_pvm)",
            _ => "of an unknown kind",
        };
        string syscall = kvm.SyscallEntersCpl0 ? "CPL0" : "CPL3";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}; syscall lands at {syscall}; {kvm.MaxVcpus} vCPUs and {kvm.MaxMemorySlots} memory slots a VM; {kvm.PhysicalAddressBits} physical address bits");
    }
}
