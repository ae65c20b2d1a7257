using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// The first 64 KiB of a machine and its first virtual processor, in which single instructions are tried. All addresses are virtual and physical at once.
/// The memory stays registered while the machine lives; no other page table leads to it.
/// </summary>
internal sealed class ScratchMachine : IDisposable
{
    private const int Size = 0x10000;
    private const int Pml4 = 0x1000, Pdpt = 0x2000, Pd = 0x3000, Gdt = 0x5000, Tss = 0x6000, Idt = 0x7000, Code = 0x8000, Stack = 0xA000, Stubs = 0xB000;
    private const uint TssLimit = 0x88;
    private const byte Port = 0x80;

    private readonly nint _memory;
    private readonly SafeFileHandle _vcpu;
    private readonly int _runPageSize;
    private readonly RunPage _page;
    private bool _vcpuTaken;

    /// <param name="device">KVM.</param>
    /// <param name="vm">A machine without virtual processors.</param>
    /// <param name="slots">Its memory slots.</param>
    public ScratchMachine(KvmDevice device, SafeFileHandle vm, MemorySlots slots)
    {
        const int ReadWrite = NativeMmap.ProtRead | NativeMmap.ProtWrite;
        _memory = NativeMmap.Map(0, Size, ReadWrite, NativeMmap.MapPrivate | NativeMmap.MapAnonymous, -1, 0);
        Check(_memory == -1 ? -1 : 0, "mmap");
        Check(slots.TryAdd(0, _memory, Size) ? 0 : -1, "KVM_SET_USER_MEMORY_REGION");
        int fd = NativeKvm.Ioctl(vm, NativeKvm.CreateVcpu, 0);
        Check(fd, "KVM_CREATE_VCPU");
        _vcpu = new SafeFileHandle(fd, ownsHandle: true);
        _runPageSize = NativeKvm.Ioctl(device.Handle, NativeKvm.GetVcpuMmapSize, 0);
        nint page = NativeMmap.Map(0, (nuint)_runPageSize, ReadWrite, NativeMmap.MapShared, _vcpu, 0);
        Check(page == -1 ? -1 : 0, "mmap of the register page");
        _page = new RunPage(page) { Valid = KvmSyncRegs.Regs | KvmSyncRegs.Sregs };
        CpuidTable cpuid = device.Cpuid;
        Check(NativeKvm.Ioctl(_vcpu, NativeKvm.SetCpuid2, ref cpuid.Bytes[0]), "KVM_SET_CPUID2");
        WriteTables();
        Cr4 = SetState(cpuid);
    }

    /// <summary>The CR4 that KVM took.</summary>
    public ulong Cr4 { get; }

    /// <summary>Runs <c>syscall</c> and looks at the privilege level behind it.</summary>
    public bool SyscallEntersCpl0()
    {
        ReadOnlySpan<byte> gate = [0xE6, Port, 0x0F, 0x0B];
        ReadOnlySpan<byte> program = [0x0F, 0x05];
        gate.CopyTo(Bytes(Code + 0x100, gate.Length));
        program.CopyTo(Bytes(Code, program.Length));
        Span<byte> msrs = stackalloc byte[8 + (3 * 16)];
        msrs.Clear();
        MemoryMarshal.Write(msrs, 3);
        WriteMsr(msrs[8..], KvmMsr.Star, SystemState.Star);
        WriteMsr(msrs[24..], KvmMsr.Lstar, Code + 0x100);
        WriteMsr(msrs[40..], KvmMsr.Fmask, SystemState.Fmask);
        Check(NativeKvm.Ioctl(_vcpu, NativeKvm.SetMsrs, ref msrs[0]) == 3 ? 0 : -1, "KVM_SET_MSRS");
        Run();
        if (_page.ExitReason != RunPage.ExitIo || _page.IoPort != Port)
        {
            throw new KvmException(KvmError.CallFailed, $"This KVM does not run a 64-bit system call (exit {_page.ExitReason}): it is of a kind that is not supported.");
        }

        return _page.Sregs.Ss.Dpl == 0;
    }

    /// <summary>Runs <c>addps xmm0, xmm0</c> in compatibility mode; an invalid-opcode exception means that KVM interprets such code.</summary>
    public bool RunsCompatibilityMode()
    {
        ReadOnlySpan<byte> program = [0x0F, 0x58, 0xC0, 0xE6, Port];
        program.CopyTo(Bytes(Code, program.Length));
        _page.Sregs.Cs = KvmSegment.UserCode(SystemState.UserCode32);
        _page.Dirty |= KvmSyncRegs.Sregs;
        Run();
        const int InvalidOpcode = 6;
        return _page.ExitReason == RunPage.ExitIo && _page.IoPort != InvalidOpcode;
    }

    /// <summary>Hands over the virtual processor, number 0, and the address of its register page. Its registers are to be set anew.</summary>
    public (SafeFileHandle Handle, nint RunPage) TakeVcpu()
    {
        _vcpuTaken = true;
        return (_vcpu, _page.Address);
    }

    /// <summary>Frees the memory and, unless it was handed over, the virtual processor. The machine must not run any more.</summary>
    public void Dispose()
    {
        if (!_vcpuTaken)
        {
            _ = NativeMmap.Unmap(_page.Address, (nuint)_runPageSize);
            _vcpu.Dispose();
        }

        _ = NativeMmap.Unmap(_memory, Size);
    }

    private static void WriteMsr(Span<byte> at, uint index, ulong value)
    {
        MemoryMarshal.Write(at, index);
        MemoryMarshal.Write(at[8..], value);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new KvmException(KvmError.CallFailed, $"{call} failed while KVM was being probed: {Errno.Text(errno)}.", errno);
        }
    }

    private Span<byte> Bytes(int address, int length) => HostPointer.Bytes(_memory + address, length);

    private void WriteTables()
    {
        const ulong Table = PageEntry.Present | PageEntry.Writable | PageEntry.User | PageEntry.Accessed | PageEntry.Dirty;
        const ulong Large = 1 << 7;
        HostPointer.At<ulong>(_memory + Pml4) = Pdpt | Table;
        HostPointer.At<ulong>(_memory + Pdpt) = Pd | Table;
        HostPointer.At<ulong>(_memory + Pd) = Table | Large;
        SystemState.WriteGdt(Bytes(Gdt, SystemState.GdtLength), Tss, TssLimit);
        HostPointer.At<ulong>(_memory + Tss + 4) = Stack;
        HostPointer.At<ushort>(_memory + Tss + 0x66) = 0x68;
        HostPointer.At<byte>(_memory + Tss + 0x88) = 0xFF;
        for (int vector = 0; vector < 32; vector++)
        {
            SystemState.WriteGate(Bytes(Idt, 4096), vector, (ulong)(Stubs + (vector * 16)), 0, 0);
            ReadOnlySpan<byte> stub = [0xE6, (byte)vector, 0xF4];
            stub.CopyTo(Bytes(Stubs + (vector * 16), stub.Length));
        }
    }

    private ulong SetState(CpuidTable cpuid)
    {
        // PVM does not tell of FSGSBASE and XSAVE, but takes them (measured); older hardware does not.
        ReadOnlySpan<ulong> wishes = [SystemState.Cr4Base | SystemState.Cr4FsGsBase | SystemState.Cr4OsXsave,
            SystemState.Cr4Base | SystemState.Cr4OsXsave, SystemState.Cr4Base | SystemState.Cr4FsGsBase, SystemState.Cr4Base];
        KvmSregs sregs = default;
        Check(NativeKvm.Ioctl(_vcpu, NativeKvm.GetSregs, ref sregs), "KVM_GET_SREGS");
        foreach (ulong cr4 in wishes)
        {
            SystemState.Initialize(ref sregs, Pml4, cr4, Gdt, Idt, Tss, TssLimit);
            if (NativeKvm.Ioctl(_vcpu, NativeKvm.SetSregs, ref sregs) == 0)
            {
                _page.Sregs = sregs;
                _page.Regs = new KvmRegs { Rip = Code, Rsp = Stack - 0x100, RFlags = 2 };
                _page.Dirty = KvmSyncRegs.Regs;
                return cr4;
            }
        }

        Check(-1, $"KVM_SET_SREGS ({(cpuid.HasXsave ? "XSAVE" : "no XSAVE")})");
        return 0;
    }

    private void Run()
    {
        while (NativeKvm.Ioctl(_vcpu, NativeKvm.Run, 0) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (Errno.Interrupted or Errno.Again))
            {
                throw new KvmException(KvmError.CallFailed, $"KVM_RUN failed while KVM was being probed: {Errno.Text(errno)}.", errno);
            }
        }
    }
}
