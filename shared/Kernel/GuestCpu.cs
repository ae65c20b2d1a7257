using System.Runtime.CompilerServices;
using PortableVirt.Hypervisor;

namespace PortableVirt.Kernel;

/// <summary>
/// A virtual processor as user mode sees it. One thread at a time uses it; only <see cref="Kick"/> may be called from any thread. Between two calls of
/// <see cref="Run"/> the registers are the exact user-mode state, whatever the kind of KVM and wherever the exit happened.
/// </summary>
public sealed partial class GuestCpu
{
    private const ulong FixedFlags = 0x202;

    /// <summary>CF, PF, AF, ZF, SF, TF, DF, OF, RF, AC, ID: the flags that user mode may choose.</summary>
    private const ulong UserFlags = 0x25_0DD5;

    private readonly GuestKernel _kernel;
    private readonly CpuPage _page;
    private readonly bool _isPvm;
    private PageTables _root;
    private ushort _codeSegment = SystemState.UserCode64;
    private bool _atCpl0;
    private bool _isDebugArmed;

    internal GuestCpu(GuestKernel kernel, Vcpu vcpu, CpuPage page, PageTables root)
    {
        _kernel = kernel;
        _page = page;
        _isPvm = !kernel.Vm.Host.SyscallEntersCpl0;
        _root = root;
        Vcpu = vcpu;
        KvmHost host = kernel.Vm.Host;
        KvmSregs sregs = vcpu.GetSpecialRegisters();
        SystemState.Initialize(
            ref sregs, root.Root, host.Cr4, page.Address, KernelLayout.Idt, page.Address + KernelLayout.Tss, KernelLayout.TssLimit);
        if (!vcpu.TrySetSpecialRegisters(ref sregs, out int errno))
        {
            throw new KvmException(KvmError.CallFailed, $"KVM refused the system registers of the guest (errno {errno}).", errno);
        }

        vcpu.SetMsrs(
            [
                new KvmMsr(KvmMsr.Star, SystemState.Star), new KvmMsr(KvmMsr.Lstar, KernelLayout.Gate), new KvmMsr(KvmMsr.Cstar, KernelLayout.Gate),
                new KvmMsr(KvmMsr.Fmask, SystemState.Fmask), new KvmMsr(KvmMsr.SysenterCs, 0),
            ]);
        if ((host.Cr4 & SystemState.Cr4OsXsave) != 0)
        {
            vcpu.SetXcr0(host.SupportedXcr0 | 3);
        }
    }

    /// <summary>The integer registers; edit freely between runs.</summary>
    public ref UserRegisters Registers => ref Unsafe.As<KvmRegs, UserRegisters>(ref Vcpu.Registers);

    /// <summary>Base of GS (the TEB of a 64-bit thread). A non-canonical value is refused by KVM: the next run ends with an internal error.</summary>
    public ulong GsBase
    {
        get => Vcpu.SpecialRegisters.Gs.Base;
        set
        {
            Vcpu.SpecialRegisters.Gs.Base = value;
            Vcpu.Dirty |= KvmSyncRegs.Sregs;
        }
    }

    /// <summary>Base of FS, as <see cref="GsBase"/>.</summary>
    public ulong FsBase
    {
        get => Vcpu.SpecialRegisters.Fs.Base;
        set
        {
            Vcpu.SpecialRegisters.Fs.Base = value;
            Vcpu.Dirty |= KvmSyncRegs.Sregs;
        }
    }

    /// <summary>The code segment in use: 0x33 (64-bit) or 0x23 (compatibility mode). Other values are taken as 0x33.</summary>
    public ushort CodeSegment
    {
        get => _codeSegment;
        set => _codeSegment = value == SystemState.UserCode32 ? value : SystemState.UserCode64;
    }

    /// <summary>Bytes of a saved extended state: an XSAVE area in the standard format of this processor.</summary>
    public int XStateSize => _kernel.Vm.Host.XStateSize;

    /// <summary>How often this virtual processor returned, by reason.</summary>
    public ExitCounters Counters { get; } = new();

    /// <summary>What went wrong, after <see cref="GuestExitKind.InternalError"/>; empty before.</summary>
    public string InternalErrorText { get; private set; } = string.Empty;

    /// <summary>The address space in use.</summary>
    public PageTables AddressSpace => _root;

    internal Vcpu Vcpu { get; }

    internal bool IsBroken => InternalErrorText.Length != 0;

    /// <summary>Selects the address space of the next run.</summary>
    public void SetAddressSpace(PageTables root)
    {
        _root = root;
        ref ulong cr3 = ref Vcpu.SpecialRegisters.Cr3;
        if (cr3 != root.Root)
        {
            cr3 = root.Root;
            Vcpu.Dirty |= KvmSyncRegs.Sregs;
        }
    }

    /// <summary>Makes the current or the next <see cref="Run"/> return <see cref="GuestExitKind.Kick"/> soon. Several kicks before a return count as one.</summary>
    public void Kick() => Vcpu.Kick();

    /// <summary>Writes the x87, SSE and AVX state into the first <see cref="XStateSize"/> bytes (XSAVE format, XCOMP_BV = 0).</summary>
    public void SaveXState(Span<byte> xsave) => Vcpu.SaveXState(xsave);

    /// <summary>Loads a state that <see cref="SaveXState"/> wrote, or an edited one. False when the processor would refuse it (reserved MXCSR or header bits).</summary>
    public bool LoadXState(ReadOnlySpan<byte> xsave) => Vcpu.LoadXState(xsave);

    /// <summary>True when KVM applies the debug registers: KVM on hardware does, software KVM takes and ignores them (measured).</summary>
    public bool AppliesDebugRegisters => !_isPvm;

    /// <summary>
    /// Arms the debug registers for the runs that follow: a hit is a debug exception (vector 1). Only between runs.
    /// Throws <see cref="KvmException"/> when KVM refuses.
    /// </summary>
    public void SetDebugRegisters(in DebugRegisters registers)
    {
        Vcpu.SetDebugRegisters(registers with { Dr6 = DebugRegisters.InitialStatus, Dr7 = registers.Dr7 | DebugRegisters.InitialControl });
        _isDebugArmed = (registers.Dr7 & DebugRegisters.Enabled) != 0;
    }

    /// <summary>After a debug exception: why it was raised, as DR6 says it; cleared by reading.</summary>
    public ulong TakeDebugStatus()
    {
        DebugRegisters registers = Vcpu.GetDebugRegisters();
        Vcpu.SetDebugRegisters(registers with { Dr6 = DebugRegisters.InitialStatus });
        return registers.Dr6;
    }

    /// <summary>Gives the processor the state of a thread that has not run, so that nothing of its last user is left.</summary>
    internal void Reset(PageTables emptySpace)
    {
        ref KvmSregs sregs = ref Vcpu.SpecialRegisters;
        sregs.Cs = KvmSegment.UserCode(SystemState.UserCode64);
        sregs.Ss = sregs.Ds = sregs.Es = sregs.Gs = KvmSegment.UserData(SystemState.UserData);
        sregs.Fs = KvmSegment.UserData(SystemState.Teb32);
        sregs.Cr2 = 0;
        SetAddressSpace(emptySpace);
        Registers = new UserRegisters { RFlags = FixedFlags };
        Vcpu.Dirty = KvmSyncRegs.Regs | KvmSyncRegs.Sregs;
        _codeSegment = SystemState.UserCode64;
        _atCpl0 = false;
        if (_isDebugArmed)
        {
            SetDebugRegisters(default);
        }
        if (!Vcpu.LoadXState(_kernel.FreshXState))
        {
            throw new KvmException(KvmError.CallFailed, "KVM refused the initial extended state of a virtual processor.");
        }
    }
}
