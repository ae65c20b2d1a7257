using Iced.Intel;
using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Checks of processor exceptions and of what user mode must not do.</summary>
internal static class ExceptionChecks
{
    private const ulong KernelPage = 0xFFFF_F800_0000_0000;
    private const ulong GatePage = 0xFFFF_F900_0000_0000;
    private const uint User = 4, Write = 2, Protection = 1, Fetch = 16;

    public static IEnumerable<Check> All =>
    [
        new("exception.page-fault-codes", PageFaultCodes),
        new("exception.demand-zero", DemandZero),
        new("exception.int3", m => Trap(m, c => c.int3(), Vectors.Breakpoint, 1)),
        new("exception.cd03", m => Trap(m, c => c.db(0xCD, 0x03), Vectors.Breakpoint, 2)),
        new("exception.ud2", m => Fault(m, c => c.ud2(), Vectors.InvalidOpcode)),
        new("exception.divide-by-zero", m => Fault(m, c => { c.xor(ecx, ecx); c.div(ecx); }, Vectors.DivideError, offset: 2)),
        new("exception.int29", m => Trap(m, c => c.@int(0x29), Vectors.FastFail, 2)),
        new("exception.int2d", m => Trap(m, c => c.@int(0x2D), Vectors.DebugService, 2)),
        new("exception.int2c", m => Trap(m, c => c.@int(0x2C), Vectors.Assertion, 2)),
        new("exception.int80", m => Trap(m, c => c.@int(0x80), 0x80, 2)),
        new("exception.int0d", m => Trap(m, c => c.@int(0x0D), 0x0D, 2)),
        new("exception.hlt", m => Fault(m, c => c.hlt(), Vectors.GeneralProtection)),
        new("exception.cli", m => Fault(m, c => c.cli(), Vectors.GeneralProtection)),
        new("exception.in", m => Fault(m, c => c.@in(al, 0x60), Vectors.GeneralProtection)),
        new("exception.out", m => Fault(m, c => c.@out(0x60, al), Vectors.GeneralProtection)),
        new("exception.out-vector-port", m => Fault(m, c => c.@out((byte)14, al), Vectors.GeneralProtection)),
        new("exception.out-high-port", m => Fault(m, c => { c.mov(edx, 0x3F8); c.@out(dx, al); }, Vectors.GeneralProtection, offset: 5)),
        new("exception.rdmsr", m => Fault(m, c => c.rdmsr(), Vectors.GeneralProtection)),
        new("exception.wrmsr", m => Fault(m, c => { c.mov(ecx, 0xC000_0082); c.wrmsr(); }, Vectors.GeneralProtection, offset: 5)),
        new("exception.mov-cr3", m => Fault(m, c => c.mov(rax, cr3), Vectors.GeneralProtection)),
        new("exception.lidt", m => Fault(m, c => c.lidt(__[rsp]), Vectors.GeneralProtection)),
        new("exception.iretq-to-kernel", IretToKernel),
        new("exception.sysretq", m => Fault(m, c => c.sysretq(), Vectors.GeneralProtection)),
        new("exception.swapgs", m => Fault(m, c => c.swapgs(), Vectors.GeneralProtection)),
        new("exception.non-canonical-access", m => Fault(m, c => { c.mov(rax, 0x8000_0000_0000_0000); c.mov(rcx, __qword_ptr[rax]); }, Vectors.GeneralProtection, offset: 10)),
        new("exception.non-canonical-jump", NonCanonicalJump),
        new("exception.single-step", SingleStep),
        new("exception.icebp", Icebp),
        new("exception.simd", Simd),
        new("protection.kernel-pages", KernelPages),
        new("protection.stray-out", StrayOut),
        new("protection.stray-in", StrayIn),
        new("protection.stray-string-out", StrayStringOut),
        new("protection.hypercalls", Hypercalls),
        new("protection.stack-in-kernel", StackInKernel),
    ];

    private static void Fault(Machine machine, Action<Assembler> program, byte vector, int offset = 0)
    {
        using UserSpace space = new(machine, program);
        GuestCpu cpu = space.Cpu;
        GuestExit exit = cpu.Run();
        Expect.Exception(vector, exit, cpu);
        Expect.True(!exit.IsSoftwareInterrupt);
        Expect.Equal(UserSpace.Code + (ulong)offset, cpu.Registers.Rip);
        Expect.Equal(cpu.Registers.Rip, exit.InstructionAddress);
    }

    private static void Trap(Machine machine, Action<Assembler> program, byte vector, int length)
    {
        using UserSpace space = new(machine, program);
        GuestCpu cpu = space.Cpu;
        GuestExit exit = cpu.Run();
        Expect.Exception(vector, exit, cpu);
        Expect.True(exit.IsSoftwareInterrupt);
        Expect.Equal(UserSpace.Code, exit.InstructionAddress);
        Expect.Equal(UserSpace.Code + (ulong)length, cpu.Registers.Rip);
    }

    private static void PageFaultCodes(Machine machine)
    {
        (string Name, ulong Address, uint Code, Action<Assembler> Access)[] cases =
        [
            ("read hole", UserSpace.Hole + 8, User, c => c.mov(rax, __qword_ptr[rbx])),
            ("write hole", UserSpace.Hole + 8, User | Write, c => c.mov(__qword_ptr[rbx], rax)),
            ("execute hole", UserSpace.Hole + 8, User | Fetch, c => c.jmp(rbx)),
            ("write read-only", UserSpace.ReadOnlyData + 16, User | Write | Protection, c => c.mov(__qword_ptr[rbx], rax)),
            ("execute data", UserSpace.Data + 16, User | Fetch | Protection, c => c.jmp(rbx)),
            ("read null", 0, User, c => c.mov(rax, __qword_ptr[rbx])),
        ];
        foreach ((string name, ulong address, uint code, Action<Assembler> access) in cases)
        {
            using UserSpace space = new(machine, access);
            GuestCpu cpu = space.Cpu;
            cpu.Registers.Rbx = address;
            GuestExit exit = cpu.Run();
            Expect.Exception(Vectors.PageFault, exit, cpu);
            Expect.Equal(code, exit.ErrorCode, name);
            Expect.Equal(address, exit.FaultAddress, name);
            Expect.Equal((code & Fetch) != 0 ? address : UserSpace.Code, cpu.Registers.Rip, name);
        }
    }

    private static void DemandZero(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.mov(rax, __qword_ptr[rbx]); c.mov(__qword_ptr[rbx], rcx); c.add(rcx, __qword_ptr[rbx]); c.syscall(); });
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = UserSpace.Hole;
        cpu.Registers.Rcx = 21;
        cpu.Registers.Rax = 1;
        Expect.Exception(Vectors.PageFault, cpu.Run(), cpu);
        space.Map(UserSpace.Hole, 1, PageRights.Read);
        GuestExit exit = cpu.Run();
        Expect.Exception(Vectors.PageFault, exit, cpu);
        Expect.Equal(User | Write | Protection, exit.ErrorCode);
        Expect.Equal(0UL, cpu.Registers.Rax);
        ulong entry = space.Tables.GetEntry(UserSpace.Hole);
        Expect.True(space.Tables.SetEntry(UserSpace.Hole, entry | PageEntry.Writable));
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(21UL, space.ReadWord(UserSpace.Hole));
    }

    private static void IretToKernel(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.push(0x18); c.push(rsp); c.pushfq(); c.push(0x10); c.push(0x1000); c.iretq(); });
        GuestExit exit = space.Cpu.Run();
        Expect.Exception(Vectors.GeneralProtection, exit, space.Cpu);
        Expect.Equal(0x10u, exit.ErrorCode);
    }

    private static void NonCanonicalJump(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.mov(rax, 0x1234_5678_9ABC_DEF0); c.jmp(rax); });
        Expect.Exception(Vectors.GeneralProtection, space.Cpu.Run(), space.Cpu);
    }

    private static void SingleStep(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.nop(); c.nop(); c.syscall(); c.nop(); c.nop(); });
        GuestCpu cpu = space.Cpu;
        cpu.Registers.RFlags |= 0x100;
        Expect.Exception(Vectors.Debug, cpu.Run(), cpu);
        Expect.Equal(UserSpace.Code + 1, cpu.Registers.Rip);
        Expect.Exception(Vectors.Debug, cpu.Run(), cpu);
        Expect.Equal(UserSpace.Code + 2, cpu.Registers.Rip);
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x302UL, cpu.Registers.RFlags);
        GuestExit exit = cpu.Run();
        Expect.Exception(Vectors.Debug, exit, cpu);

        // After sysret the trap comes before (hardware) or after (registers set by the host) the next instruction.
        Expect.True(cpu.Registers.Rip is UserSpace.Code + 4 or UserSpace.Code + 5);
    }

    private static void Icebp(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.int1(); c.nop(); });
        Expect.Exception(Vectors.Debug, space.Cpu.Run(), space.Cpu);
        Expect.Equal(UserSpace.Code + 1, space.Cpu.Registers.Rip);
    }

    private static void Simd(Machine machine)
    {
        // MXCSR with the division mask off; TCG does not raise the exception and goes on to the system call.
        using UserSpace space = new(machine, c =>
        {
            c.mov(__dword_ptr[rsp], 0x1D80);
            c.ldmxcsr(__dword_ptr[rsp]);
            c.mov(eax, 0x3F80_0000);
            c.movd(xmm0, eax);
            c.xorps(xmm1, xmm1);
            c.divss(xmm0, xmm1);
            c.syscall();
        });
        GuestExit exit = space.Cpu.Run();
        if (!machine.Host.SyscallEntersCpl0)
        {
            Expect.Exception(Vectors.SimdFloatingPoint, exit, space.Cpu);
        }
    }

    private static void KernelPages(Machine machine)
    {
        (Action<Assembler> Access, ulong Address, uint Kind)[] cases =
        [
            (c => c.mov(rax, __qword_ptr[rbx]), KernelPage, 0),
            (c => c.mov(__qword_ptr[rbx], rax), KernelPage, Write),
            (c => c.jmp(rbx), KernelPage + 0x1000, Fetch),
            (c => c.mov(__qword_ptr[rbx], rax), KernelPage + 0x10_0000, Write),
            (c => c.mov(__qword_ptr[rbx], rax), GatePage, Write),
            (c => c.mov(rax, __qword_ptr[rbx]), 0xFFFF_8000_0000_0000, 0),
            (c => c.mov(rax, __qword_ptr[rbx]), 0xFFFF_FFFF_FFFF_F000, 0),
        ];
        foreach ((Action<Assembler> access, ulong address, uint kind) in cases)
        {
            using UserSpace space = new(machine, access);
            GuestCpu cpu = space.Cpu;
            cpu.Registers.Rbx = address;
            GuestExit exit = cpu.Run();
            Expect.Exception(Vectors.PageFault, exit, cpu);
            Expect.Equal(User | kind, exit.ErrorCode & (User | Write | Fetch));
            Expect.Equal(address, exit.FaultAddress);
        }
    }

    private static void StrayOut(Machine machine)
    {
        foreach (bool immediate in new[] { true, false })
        {
            using UserSpace space = new(machine, c =>
            {
                c.mov(edx, 0x80);
                if (immediate)
                {
                    c.@out((byte)0x80, al);
                }
                else
                {
                    c.@out(dx, al);
                }

                c.ud2();
            });
            ExpectStray(machine, space, UserSpace.Code + 5);
            space.Cpu.Registers.Rip += immediate ? 2UL : 1UL;
            Expect.Exception(Vectors.InvalidOpcode, space.Cpu.Run(), space.Cpu);
        }
    }

    private static void StrayIn(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.mov(eax, 0x1234_5678); c.@in(al, 0x80); c.ud2(); });
        ExpectStray(machine, space, UserSpace.Code + 5);
        Expect.Equal(0x1234_5678UL, space.Cpu.Registers.Rax);
        space.Cpu.Registers.Rip = UserSpace.Code + 7;
        Expect.Exception(Vectors.InvalidOpcode, space.Cpu.Run(), space.Cpu);
        Expect.Equal(0x1234_5678UL, space.Cpu.Registers.Rax);
    }

    private static void StrayStringOut(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.mov(edx, 0x80); c.mov(ecx, 100); c.mov(rsi, UserSpace.Data); c.rep.outsb(); c.ud2(); });
        GuestCpu cpu = space.Cpu;
        GuestExit exit = cpu.Run();
        Expect.True(exit.Kind == GuestExitKind.StrayPort || (exit.Kind == GuestExitKind.Exception && exit.Vector == Vectors.GeneralProtection));
        cpu.Registers.Rip = UserSpace.Code + 0x100;
        space.Write(UserSpace.Code + 0x100, [0x0F, 0x0B]);
        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
        Expect.Equal(UserSpace.Code + 0x100, cpu.Registers.Rip);
    }

    private static void ExpectStray(Machine machine, UserSpace space, ulong rip)
    {
        GuestExit exit = space.Cpu.Run();
        if (machine.Host.SyscallEntersCpl0)
        {
            Expect.Exception(Vectors.GeneralProtection, exit, space.Cpu);
        }
        else
        {
            Expect.Kind(GuestExitKind.StrayPort, exit, space.Cpu);
        }

        Expect.Equal(rip, space.Cpu.Registers.Rip);
    }

    private static void Hypercalls(Machine machine)
    {
        using UserSpace space = new(machine, c =>
        {
            c.mov(eax, 12);
            c.vmmcall();
            c.mov(eax, 12);
            c.vmcall();
            c.mov(eax, 1);
            c.vmmcall();
            c.syscall();
        });
        GuestCpu cpu = space.Cpu;
        for (int steps = 0; steps < 4; steps++)
        {
            GuestExit exit = cpu.Run();
            if (exit.Kind == GuestExitKind.Syscall)
            {
                return;
            }

            // The other vendor's instruction is refused.
            Expect.Exception(exit.Vector == Vectors.GeneralProtection ? exit.Vector : Vectors.InvalidOpcode, exit, cpu);
            cpu.Registers.Rip += 3;
        }

        throw new CheckFailedException("the program did not get past its hypercalls");
    }

    private static void StackInKernel(Machine machine)
    {
        // A stack pointer into the kernel's own pages must not make the kernel write there for the program.
        using UserSpace space = new(machine, c => { c.mov(rsp, KernelPage + 0x10_1000); c.mov(rcx, 1UL); c.syscall(); c.push(rax); });
        GuestCpu cpu = space.Cpu;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(KernelPage + 0x10_1000, cpu.Registers.Rsp);
        GuestExit exit = cpu.Run();
        Expect.Exception(Vectors.PageFault, exit, cpu);
        Expect.Equal(KernelPage + 0x10_0FF8, exit.FaultAddress);
        Expect.Equal(KernelPage + 0x10_1000, cpu.Registers.Rsp);
    }
}
