using System.Diagnostics;
using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Checks of the system-call gates.</summary>
internal static class SyscallChecks
{
    public static IEnumerable<Check> All =>
    [
        new("syscall.registers-preserved", RegistersPreserved),
        new("syscall.context-replaced", ContextReplaced),
        new("syscall.int2e", Int2E),
        new("syscall.sysenter", Sysenter),
        new("syscall.flags", Flags),
        new("syscall.from-gate-page", FromGatePage),
        new("syscall.return-to-non-canonical", ReturnToNonCanonical),
        new("syscall.null-round-trip-time", NullRoundTrip),
    ];

    private static UserRegisters Pattern(UserRegisters keep) => new()
    {
        Rax = 0x1111_1111_1111_1111,
        Rbx = 0x2222_2222_2222_2222,
        Rcx = 0x3333_3333_3333_3333,
        Rdx = 0x4444_4444_4444_4444,
        Rsi = 0x5555_5555_5555_5555,
        Rdi = 0x6666_6666_6666_6666,
        Rbp = 0x7777_7777_7777_7777,
        R8 = 0x8888_8888_8888_8888,
        R9 = 0x9999_9999_9999_9999,
        R10 = 0xAAAA_AAAA_AAAA_AAAA,
        R11 = 0xBBBB_BBBB_BBBB_BBBB,
        R12 = 0xCCCC_CCCC_CCCC_CCCC,
        R13 = 0xDDDD_DDDD_DDDD_DDDD,
        R14 = 0xEEEE_EEEE_EEEE_EEEE,
        R15 = 0xF0F0_F0F0_F0F0_F0F0,
        Rsp = keep.Rsp,
        Rip = keep.Rip,
        RFlags = keep.RFlags,
    };

    internal static void ExpectSame(in UserRegisters expected, in UserRegisters actual)
    {
        Expect.Equal(expected.Rax, actual.Rax);
        Expect.Equal(expected.Rbx, actual.Rbx);
        Expect.Equal(expected.Rcx, actual.Rcx);
        Expect.Equal(expected.Rdx, actual.Rdx);
        Expect.Equal(expected.Rsi, actual.Rsi);
        Expect.Equal(expected.Rdi, actual.Rdi);
        Expect.Equal(expected.Rsp, actual.Rsp);
        Expect.Equal(expected.Rbp, actual.Rbp);
        Expect.Equal(expected.R8, actual.R8);
        Expect.Equal(expected.R9, actual.R9);
        Expect.Equal(expected.R10, actual.R10);
        Expect.Equal(expected.R11, actual.R11);
        Expect.Equal(expected.R12, actual.R12);
        Expect.Equal(expected.R13, actual.R13);
        Expect.Equal(expected.R14, actual.R14);
        Expect.Equal(expected.R15, actual.R15);
        Expect.Equal(expected.Rip, actual.Rip);
        Expect.Equal(expected.RFlags, actual.RFlags);
    }

    private static void RegistersPreserved(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.syscall(); c.syscall(); c.ud2(); });
        GuestCpu cpu = space.Cpu;
        cpu.Registers = Pattern(cpu.Registers);
        UserRegisters expected = cpu.Registers;
        for (ulong call = 1; call <= 2; call++)
        {
            GuestExit exit = cpu.Run();
            Expect.Syscall(exit, cpu);
            expected.Rip = expected.Rcx = UserSpace.Code + (2 * call);
            expected.RFlags = expected.R11 = 0x202;
            Expect.Equal(expected.Rip - 2, exit.InstructionAddress);
            ExpectSame(expected, cpu.Registers);
            expected.Rax = cpu.Registers.Rax = 0xC000_0005 + call;
        }

        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
        expected.RFlags = cpu.Registers.RFlags;
        ExpectSame(expected, cpu.Registers);
    }

    private static void ContextReplaced(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.syscall(); c.nop(); c.nop(); c.int3(); });
        GuestCpu cpu = space.Cpu;
        Expect.Syscall(cpu.Run(), cpu);
        cpu.Registers = Pattern(cpu.Registers);
        cpu.Registers.Rip = UserSpace.Code + 3;
        cpu.Registers.RFlags = 0xAD7;
        UserRegisters expected = cpu.Registers;
        GuestExit exit = cpu.Run();
        Expect.Exception(Vectors.Breakpoint, exit, cpu);
        expected.Rip = UserSpace.Code + 5;
        Expect.Equal(UserSpace.Code + 4, exit.InstructionAddress);
        ExpectSame(expected, cpu.Registers);
    }

    private static void Int2E(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.@int(0x2E); c.ud2(); });
        GuestCpu cpu = space.Cpu;
        cpu.Registers = Pattern(cpu.Registers);
        UserRegisters expected = cpu.Registers;
        GuestExit exit = cpu.Run();
        Expect.Syscall(exit, cpu, SyscallGate.Int2E);
        Expect.Equal(UserSpace.Code, exit.InstructionAddress);
        expected.Rip += 2;
        expected.RFlags = cpu.Registers.RFlags;
        ExpectSame(expected, cpu.Registers);
        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
    }

    private static void Sysenter(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.sysenter(); c.ud2(); });
        GuestCpu cpu = space.Cpu;
        GuestExit exit = cpu.Run();
        Expect.Syscall(exit, cpu, SyscallGate.Sysenter);
        Expect.Equal(UserSpace.Code, exit.InstructionAddress);
        Expect.Equal(UserSpace.Code + 2, cpu.Registers.Rip);
        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
    }

    private static void Flags(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.std(); c.stc(); c.syscall(); c.pushfq(); c.pop(rbx); c.cld(); c.ud2(); });
        GuestCpu cpu = space.Cpu;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x603UL, cpu.Registers.RFlags & 0xFFF);
        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
        Expect.Equal(0x603UL, cpu.Registers.Rbx & 0xFFF);
    }

    private static void FromGatePage(Machine machine)
    {
        // A program may jump to the gate: PVM takes it as a system call, hardware refuses the OUT. Neither may harm the host.
        const ulong Gate = 0xFFFF_F900_0000_0000;
        using UserSpace space = new(machine, c => { c.mov(rax, Gate); c.mov(rcx, UserSpace.Code + 0x100); c.mov(r11, 0x202UL); c.jmp(rax); });
        space.Write(UserSpace.Code + 0x100, [0x0F, 0x0B]);
        GuestCpu cpu = space.Cpu;
        GuestExit exit = cpu.Run();
        if (machine.Host.SyscallEntersCpl0)
        {
            Expect.Exception(Vectors.GeneralProtection, exit, cpu);
            Expect.Equal(Gate, cpu.Registers.Rip);
            return;
        }

        Expect.Syscall(exit, cpu);
        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
    }

    private static void ReturnToNonCanonical(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.syscall(); c.ud2(); });
        GuestCpu cpu = space.Cpu;
        Expect.Syscall(cpu.Run(), cpu);
        cpu.Registers.Rip = cpu.Registers.Rcx = 0x0000_8000_0000_0000;
        Expect.Exception(Vectors.GeneralProtection, cpu.Run(), cpu);
        cpu.Registers.Rip = UserSpace.Code + 2;
        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
    }

    private static void NullRoundTrip(Machine machine)
    {
        using UserSpace space = new(machine, c => { Iced.Intel.Label again = c.CreateLabel(); c.Label(ref again); c.syscall(); c.jmp(again); });
        GuestCpu cpu = space.Cpu;
        double best = double.MaxValue;
        long runs = cpu.Counters.Runs;
        long calls = cpu.Counters.Syscalls;
        for (int batch = 0; batch < 20; batch++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 200; i++)
            {
                Expect.Syscall(cpu.Run(), cpu);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 200);
        }

        Console.WriteLine($"   null system call: {best:F1} us (best of 20 batches)");
        Expect.True(cpu.Counters.Runs - runs < cpu.Counters.Syscalls - calls + 20, "a system call takes one KVM_RUN");
    }
}
