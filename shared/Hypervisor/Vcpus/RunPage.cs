using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>The page shared with KVM for one virtual processor: struct kvm_run of linux/kvm.h with the synchronised registers.</summary>
internal readonly struct RunPage(nint address)
{
    /// <summary>KVM_EXIT_* values.</summary>
    public const uint ExitIo = 2, ExitHalt = 5, ExitMmio = 6, ExitInterruptWindow = 7, ExitShutdown = 8, ExitFailEntry = 9, ExitInternalError = 17, ExitMemoryFault = 39;

    private const int RegsOffset = 0x130;
    private const int SregsOffset = RegsOffset + 0x90;

    public nint Address => address;

    public ref byte RequestInterruptWindow => ref HostPointer.At<byte>(address);

    public bool ReadyForInterrupt => HostPointer.At<byte>(address + 12) != 0;

    public ref byte ImmediateExit => ref HostPointer.At<byte>(address + 1);

    public uint ExitReason => HostPointer.At<uint>(address + 8);

    public bool IoIsOutput => HostPointer.At<byte>(address + 0x20) != 0;

    public ushort IoPort => HostPointer.At<ushort>(address + 0x22);

    public ulong MmioAddress => HostPointer.At<ulong>(address + 0x20);

    /// <summary>kvm_run.memory_fault.gpa.</summary>
    public ulong MemoryFaultAddress => HostPointer.At<ulong>(address + 0x30);

    /// <summary>kvm_run.fail_entry.hardware_entry_failure_reason.</summary>
    public ulong FailReason => HostPointer.At<ulong>(address + 0x20);

    /// <summary>kvm_run.internal.suberror.</summary>
    public uint Suberror => HostPointer.At<uint>(address + 0x20);

    public ref KvmSyncRegs Valid => ref HostPointer.At<KvmSyncRegs>(address + 0x120);

    public ref KvmSyncRegs Dirty => ref HostPointer.At<KvmSyncRegs>(address + 0x128);

    public ref KvmRegs Regs => ref HostPointer.At<KvmRegs>(address + RegsOffset);

    public ref KvmSregs Sregs => ref HostPointer.At<KvmSregs>(address + SregsOffset);
}
