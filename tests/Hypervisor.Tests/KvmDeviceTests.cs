using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Hypervisor.Tests;

public sealed class KvmDeviceTests
{
    [Fact]
    public void AMissingDeviceIsNamed()
    {
        KvmException e = Assert.Throws<KvmException>(() => KvmDevice.Open("/dev/no-such-kvm"));
        Assert.Equal(KvmError.NoDevice, e.Error);
        Assert.Contains("/dev/no-such-kvm", e.Message);
    }

    [Fact]
    public void AnotherDeviceIsRefused()
    {
        KvmException e = Assert.Throws<KvmException>(() => KvmDevice.Open("/dev/null"));
        Assert.Equal(KvmError.WrongApiVersion, e.Error);
    }

    [Fact]
    public void ADescriptorOfAnotherProcessWillDo()
    {
        SafeFileHandle handle = File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite);
        using KvmDevice device = KvmDevice.FromDescriptor(handle);
        KvmHost host = KvmHost.Probe(device);
        Assert.InRange(host.MaxVcpus, 1, 1 << 20);
        Assert.InRange(host.PhysicalAddressBits, 32, 52);
        Assert.InRange(host.XStateSize, 4096, 1 << 20);
        Assert.Equal(host.Kind == KvmKind.Hardware, host.SyscallEntersCpl0);
        _ = KvmHost.ProbeCompatibilityMode(device);
    }

    [Fact]
    public void MachinesOfOneProcessAreIndependent()
    {
        using KvmDevice device = KvmDevice.Open();
        using Vm first = new(device, new VmOptions { MaxRamBytes = 4UL << 20 });
        using Vm second = new(device);
        ulong gpa = first.Memory.AllocateFrames(1024);
        Assert.NotEqual(0UL, gpa);
        Assert.Equal(0UL, first.Memory.AllocateFrames(1));
        Assert.NotEqual(0UL, second.Memory.AllocateFrames(1025));
        first.Memory.FreeFrames(gpa, 1024);
    }

    /// <summary>A machine that may outlive the process is ended like any other when it is disposed of. A host that forbids io_uring has no such machines.</summary>
    [Fact]
    public void AMachineForTheKernelToEndLeavesNothingWhenItIsEndedHere()
    {
        using KvmDevice device = KvmDevice.Open();
        for (int i = 0; i < 3; i++)
        {
            using Vm vm = new(device, new VmOptions { EndsAfterProcess = true });
            Assert.Equal(vm.EndsAfterProcess ? 1 : 0, Rings());
            Assert.NotEqual(0UL, vm.Memory.AllocateFrames(1));
        }
        Assert.Equal(0, Rings());
        using Vm other = new(device);
        Assert.False(other.EndsAfterProcess);
    }

    private static int Rings() => Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget == "anon_inode:[io_uring]");
}
