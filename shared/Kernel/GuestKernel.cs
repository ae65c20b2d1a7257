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

    private const ulong SupervisorData = PageEntry.Present | PageEntry.Accessed | PageEntry.Dirty | PageEntry.NoExecute;
    private const ulong SupervisorCode = PageEntry.Present | PageEntry.Accessed | PageEntry.Dirty;

    private readonly Lock _lock = new();
    private readonly Stack<GuestCpu> _idle = new();
    private readonly List<GuestCpu> _all = [];
    private readonly PageTables _emptySpace;

    /// <summary>Builds the kernel in a fresh machine. Throws <see cref="KvmException"/>.</summary>
    public GuestKernel(Vm vm)
    {
        Vm = vm;
        WriteIdt(NewPage(KernelLayout.Idt, SupervisorData));
        Stubs.WriteExceptionStubs(NewPage(KernelLayout.Stubs, SupervisorCode));
        Stubs.Gate.CopyTo(NewPage(KernelLayout.Gate, SupervisorCode | PageEntry.User));
        _emptySpace = vm.Kernel.CreateAddressSpace();
        FreshXState = MakeFreshXState(vm.Host.XStateSize);
    }

    /// <summary>The machine.</summary>
    public Vm Vm { get; }

    /// <summary>Called by a thread that was kicked and has to enter the guest once more before its registers are at rest; may block.</summary>
    public Action Barrier { get; set; } = static () => { };

    /// <summary>An XSAVE area with the state in which Windows starts a thread: FCW 0x27F, MXCSR 0x1F80, all else in its initial state.</summary>
    internal byte[] FreshXState { get; }

    /// <summary>An empty address space with the kernel half in place. Throws <see cref="KvmException"/> when there is no memory for tables.</summary>
    public PageTables CreateAddressSpace() => Vm.Kernel.CreateAddressSpace();

    /// <summary>
    /// Takes an address space back for reuse. It must be cleared (<see cref="PageTables.Clear"/>), its frames freed, and no virtual processor may
    /// run in it. Throws <see cref="InvalidOperationException"/> when it is not cleared.
    /// </summary>
    public void ReleaseAddressSpace(PageTables root) => Vm.Kernel.ReleaseAddressSpace(root);

    /// <summary>A virtual processor with fresh state: general registers 0, MXCSR 0x1F80, FCW 0x27F. Throws <see cref="KvmException"/> when there is none left.</summary>
    public GuestCpu RentCpu()
    {
        GuestCpu? cpu;
        lock (_lock)
        {
            if (!_idle.TryPop(out cpu))
            {
                cpu = CreateCpu();
                _all.Add(cpu);
            }
        }

        cpu.Reset(_emptySpace);
        return cpu;
    }

    /// <summary>Gives a virtual processor back. No thread may be in <see cref="GuestCpu.Run"/>. One that had an internal error is not given out again.</summary>
    public void ReturnCpu(GuestCpu cpu)
    {
        if (cpu.IsBroken)
        {
            return;
        }

        cpu.Vcpu.ClearKick();
        lock (_lock)
        {
            _idle.Push(cpu);
        }
    }

    /// <summary>The counts of all virtual processors together.</summary>
    public ExitCounters TotalCounters()
    {
        ExitCounters total = new();
        lock (_lock)
        {
            _all.ForEach(cpu => total.Add(cpu.Counters));
        }

        return total;
    }

    private static byte[] MakeFreshXState(int size)
    {
        // Intel SDM volume 1, 13.4: legacy area with FCW at 0 and MXCSR at 24, header with XSTATE_BV at 512; absent components get their initial state.
        byte[] area = new byte[size];
        BitConverter.TryWriteBytes(area, (ushort)0x27F);
        BitConverter.TryWriteBytes(area.AsSpan(24), 0x1F80u);
        BitConverter.TryWriteBytes(area.AsSpan(28), 0xFFFFu);
        BitConverter.TryWriteBytes(area.AsSpan(512), 3UL);
        return area;
    }

    private static void WriteIdt(Span<byte> idt)
    {
        for (int vector = 0; vector < 256; vector++)
        {
            int privilege = vector is Vectors.Breakpoint or Vectors.Overflow or Vectors.FastFail or Vectors.Assertion
                or Vectors.DebugService or Vectors.SystemCall ? 3 : 0;

            // These can hit the gate at CPL0, where the stack pointer is still the user's: #DB, NMI, #DF, #MC.
            int stack = vector is 1 or 2 or 8 or 18 ? 1 : 0;
            SystemState.WriteGate(idt, vector, KernelLayout.Stubs + (ulong)(vector * KernelLayout.StubSize), privilege, stack);
        }
    }

    private Span<byte> NewPage(ulong va, ulong entry) => Vm.Kernel.Page(NewFrame(va, entry));

    private ulong NewFrame(ulong va, ulong entry)
    {
        ulong gpa = Vm.Kernel.AllocatePage();
        if (gpa == 0)
        {
            throw new KvmException(KvmError.OutOfMemory, "The guest has no memory left for kernel pages.");
        }

        Vm.Kernel.Map(va, entry | gpa);
        return gpa;
    }

    private GuestCpu CreateCpu()
    {
        Vcpu vcpu = Vm.Vcpus.Rent();
        ulong va = KernelLayout.CpuPages + ((ulong)vcpu.Id << 12);
        ulong gpa = NewFrame(va, SupervisorData | PageEntry.Writable);
        Span<byte> page = Vm.Kernel.Page(gpa);
        SystemState.WriteGdt(page, va + KernelLayout.Tss, KernelLayout.TssLimit);
        Span<byte> tss = page[KernelLayout.Tss..];
        BitConverter.TryWriteBytes(tss[4..], va + KernelLayout.StackTop);
        BitConverter.TryWriteBytes(tss[0x24..], va + KernelLayout.InterruptStackTop);
        BitConverter.TryWriteBytes(tss[0x66..], (ushort)KernelLayout.IoBitmap);
        tss.Slice(KernelLayout.IoBitmap, (KernelLayout.IoPorts / 8) + 1).Fill(0xFF);
        if (!Vm.Host.SyscallEntersCpl0)
        {
            tss[KernelLayout.IoBitmap + (KernelLayout.GatePort / 8)] &= 0xFF ^ (1 << (KernelLayout.GatePort % 8));
        }

        return new GuestCpu(this, vcpu, new CpuPage(Vm.Kernel, gpa, va), _emptySpace);
    }
}
