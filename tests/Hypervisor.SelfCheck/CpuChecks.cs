using System.Diagnostics;
using Iced.Intel;
using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Checks of virtual processors: kicks, extended state, parallel runs, reuse.</summary>
internal static class CpuChecks
{
    public static IEnumerable<Check> All =>
    [
        new("kick.spinning-guest", KickSpinning),
        new("kick.before-run", KickBeforeRun),
        new("kick.during-exits", KickDuringExits),
        new("kick.latency", KickLatency),
        new("kick.awaited", AwaitedKicks.Body),
        new("kick.redirect", KickRedirect),
        new("xstate.move-to-other-cpu", XStateMoves),
        new("xstate.fresh-on-rent", XStateFresh),
        new("xstate.hostile-area", XStateHostile),
        new("cpu.gs-and-fs-base", SegmentBases),
        new("cpu.parallel-increments", ParallelIncrements),
        new("cpu.pool-reuse", PoolReuse),
        new("cpu.far-jump-to-compatibility-mode", FarJump),
        new("cpu.compatibility-mode-syscall", CompatibilitySyscall),
    ];

    private static void Spin(Assembler c)
    {
        Label again = c.CreateLabel();
        c.Label(ref again);
        c.inc(__qword_ptr[rbx]);
        c.jmp(again);
    }

    internal static UserSpace SpinningSpace(Machine machine)
    {
        UserSpace space = new(machine, Spin);
        space.Cpu.Registers.Rbx = UserSpace.Data;
        return space;
    }

    internal static void WaitUntilRunning(UserSpace space, ulong counter = UserSpace.Data)
    {
        ulong first = space.ReadWord(counter);
        Stopwatch clock = Stopwatch.StartNew();
        while (space.ReadWord(counter) == first)
        {
            Expect.True(clock.Elapsed.TotalSeconds < 20, "the guest runs");
            Thread.Yield();
        }
    }

    private static void KickSpinning(Machine machine)
    {
        using UserSpace space = SpinningSpace(machine);
        GuestCpu cpu = space.Cpu;
        GuestExit exit = default;
        Thread runner = new(() => exit = cpu.Run(), 256 * 1024);
        runner.Start();
        WaitUntilRunning(space);
        cpu.Kick();
        Expect.True(runner.Join(10_000), "the kick ended the run");
        Expect.Kind(GuestExitKind.Kick, exit, cpu);
        Expect.True(cpu.Registers.Rip is >= UserSpace.Code and < UserSpace.Code + 8);
        Expect.Equal(UserSpace.Data, cpu.Registers.Rbx);
    }

    private static void KickBeforeRun(Machine machine)
    {
        using UserSpace space = SpinningSpace(machine);
        GuestCpu cpu = space.Cpu;
        UserRegisters before = cpu.Registers;
        cpu.Kick();
        cpu.Kick();
        Expect.Kind(GuestExitKind.Kick, cpu.Run(), cpu);
        SyscallChecks.ExpectSame(before, cpu.Registers);
    }

    /// <summary>A guest that makes exits of all kinds, in a loop, is kicked all the time: no exit may be lost or reported twice.</summary>
    private static void KickDuringExits(Machine machine)
    {
        using UserSpace space = new(machine, c =>
        {
            Label again = c.CreateLabel();
            c.Label(ref again);
            c.inc(rbx);
            c.syscall();
            c.inc(rbx);
            c.int3();
            c.inc(rbx);
            c.@int(0x2E);
            c.jmp(again);
        });
        GuestCpu cpu = space.Cpu;
        bool stop = false;
        Thread kicker = new(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    cpu.Kick();
                    Thread.SpinWait(1000);
                    Thread.Yield();
                }
            },
            256 * 1024);
        kicker.Start();
        try
        {
            int kicks = 0;
            ulong events = 0;
            Stopwatch clock = Stopwatch.StartNew();
            while (events < 3000 && clock.Elapsed.TotalSeconds < 20)
            {
                GuestExit exit = cpu.Run();
                if (exit.Kind == GuestExitKind.Kick)
                {
                    kicks++;

                    // User mode can only stand at the next counter step, or behind it at the event itself.
                    Expect.True(cpu.Registers.Rbx == events || cpu.Registers.Rbx == events + 1, "a kick keeps the place");
                    continue;
                }

                events++;
                Expect.Equal(events, cpu.Registers.Rbx);
                switch (events % 3)
                {
                    case 1:
                        Expect.Syscall(exit, cpu);
                        break;
                    case 2:
                        Expect.Exception(Vectors.Breakpoint, exit, cpu);
                        break;
                    default:
                        Expect.Syscall(exit, cpu, SyscallGate.Int2E);
                        break;
                }
            }

            Console.WriteLine($"   {events} events, {kicks} kicks in {clock.ElapsedMilliseconds} ms");
            Expect.True(events > 10 && kicks > 3, "both happened");
        }
        finally
        {
            Volatile.Write(ref stop, true);
            kicker.Join();
        }
    }

    private static void KickLatency(Machine machine)
    {
        const int Rounds = 200;
        using UserSpace space = SpinningSpace(machine);
        GuestCpu cpu = space.Cpu;
        long ended = 0;
        int done = 0;
        bool failed = false;
        Thread runner = new(
            () =>
            {
                for (int i = 0; i < Rounds && !Volatile.Read(ref failed); i++)
                {
                    if (cpu.Run().Kind != GuestExitKind.Kick)
                    {
                        failed = true;
                    }

                    Volatile.Write(ref ended, Stopwatch.GetTimestamp());
                    Volatile.Write(ref done, i + 1);
                }
            },
            256 * 1024);
        runner.Start();
        double[] times = new double[Rounds];
        for (int i = 0; i < Rounds && !Volatile.Read(ref failed); i++)
        {
            WaitUntilRunning(space);
            long start = Stopwatch.GetTimestamp();
            cpu.Kick();
            while (Volatile.Read(ref done) == i && !Volatile.Read(ref failed))
            {
                Expect.True(Stopwatch.GetElapsedTime(start).TotalSeconds < 10, "a kick arrives");
                Thread.Yield();
            }

            times[i] = Stopwatch.GetElapsedTime(start, ended).TotalMicroseconds;
        }

        runner.Join();
        Expect.True(!failed, "every run ended by its kick");
        Array.Sort(times);
        Console.WriteLine($"   kick: min {times[0]:F0} us, median {times[Rounds / 2]:F0} us, max {times[^1]:F0} us");
    }

    private static void KickRedirect(Machine machine)
    {
        using UserSpace space = SpinningSpace(machine);
        space.Write(UserSpace.Code + 0x100, [0x0F, 0x0B]);
        GuestCpu cpu = space.Cpu;
        GuestExit exit = default;
        Thread runner = new(
            () =>
            {
                exit = cpu.Run();
                cpu.Registers.Rip = UserSpace.Code + 0x100;
                cpu.Registers.Rcx = 77;
                exit = cpu.Run();
            },
            256 * 1024);
        runner.Start();
        WaitUntilRunning(space);
        cpu.Kick();
        Expect.True(runner.Join(10_000), "the kick ended the run");
        Expect.Exception(Vectors.InvalidOpcode, exit, cpu);
        Expect.Equal(UserSpace.Code + 0x100, cpu.Registers.Rip);
        Expect.Equal(77UL, cpu.Registers.Rcx);
    }

    private static void XStateMoves(Machine machine)
    {
        using UserSpace space = new(machine, c =>
        {
            c.vmovups(ymm3, __[rbx]);
            c.fld1();
            c.fldpi();
            c.mov(__dword_ptr[rsp], 0x3F80);
            c.ldmxcsr(__dword_ptr[rsp]);
            c.syscall();
            c.vmovups(__[rbx + 64], ymm3);
            c.fstp(__qword_ptr[rbx + 96]);
            c.stmxcsr(__dword_ptr[rbx + 104]);
            c.fnstcw(__word_ptr[rbx + 108]);
            c.syscall();
        });
        byte[] pattern = new byte[32];
        new Random(1).NextBytes(pattern);
        space.Write(UserSpace.Data, pattern);
        GuestCpu first = space.Cpu;
        first.Registers.Rbx = UserSpace.Data;
        GuestExit exit = first.Run();
        if (exit.Kind == GuestExitKind.Exception && exit.Vector == Vectors.InvalidOpcode)
        {
            Console.WriteLine("   no AVX here");
            return;
        }

        Expect.Syscall(exit, first);
        byte[] area = new byte[first.XStateSize];
        first.SaveXState(area);
        GuestCpu second = space.NewCpu();
        second.Registers = first.Registers;
        Expect.True(second.LoadXState(area));
        Expect.Syscall(second.Run(), second);
        byte[] copy = new byte[32];
        Expect.True(space.Memory.TryCopyFrom(space.Tables.Translate(UserSpace.Data + 64, PageRights.Read), copy) && copy.AsSpan().SequenceEqual(pattern), "the vector register moved");
        Expect.Equal((ulong)BitConverter.DoubleToInt64Bits(Math.PI), space.ReadWord(UserSpace.Data + 96));
        Expect.Equal(0x3F80U, (uint)space.ReadWord(UserSpace.Data + 104));
        Expect.Equal(0x27FU, (uint)(space.ReadWord(UserSpace.Data + 104) >> 32) & 0xFFFF);
    }

    private static void XStateFresh(Machine machine)
    {
        GuestCpu used;
        using (UserSpace space = new(machine, c => { c.vpcmpeqd(ymm15, ymm15, ymm15); c.fldpi(); c.mov(__dword_ptr[rsp], 0x5F80); c.ldmxcsr(__dword_ptr[rsp]); c.wrgsbase(rbx); c.syscall(); }))
        {
            used = space.Cpu;
            used.Registers.Rbx = UserSpace.Data;
            used.Registers.R15 = 5;
            _ = used.Run();
        }

        using UserSpace next = new(machine, c => { c.movups(__[rbx], xmm15); c.fnstenv(__[rbx + 32]); c.stmxcsr(__dword_ptr[rbx + 16]); c.syscall(); });
        GuestCpu cpu = next.Cpu;
        Expect.True(ReferenceEquals(used, cpu), "the processor was reused");
        Expect.Equal(0UL, cpu.Registers.R15);
        Expect.Equal(0UL, cpu.GsBase);
        cpu.Registers.Rbx = UserSpace.Data;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0UL, next.ReadWord(UserSpace.Data));
        Expect.Equal(0UL, next.ReadWord(UserSpace.Data + 8));
        Expect.Equal(0x1F80U, (uint)next.ReadWord(UserSpace.Data + 16));
        Expect.Equal(0x27FU, (uint)next.ReadWord(UserSpace.Data + 32) & 0xFFFF);
        Expect.Equal(0xFFFFU, (uint)next.ReadWord(UserSpace.Data + 40) & 0xFFFF, "the x87 tag word");
    }

    private static void XStateHostile(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.syscall(); c.syscall(); });
        GuestCpu cpu = space.Cpu;
        Expect.Syscall(cpu.Run(), cpu);
        byte[] good = new byte[cpu.XStateSize];
        cpu.SaveXState(good);
        byte[] bad = [.. good];
        bad.AsSpan(520, 56).Fill(0xFF);
        _ = cpu.LoadXState(bad);
        bad.AsSpan().Fill(0xFF);
        _ = cpu.LoadXState(bad);
        Expect.True(cpu.LoadXState(good), "a good state is taken after bad ones");
        Expect.Syscall(cpu.Run(), cpu);
    }

    private static void SegmentBases(Machine machine)
    {
        using UserSpace space = new(machine, c =>
        {
            c.mov(rax, __qword_ptr.gs[0x30]);
            c.mov(rdx, __qword_ptr.fs[0x8]);
            c.syscall();
            c.mov(rax, __qword_ptr.gs[0x30]);
            c.wrgsbase(rsi);
            c.ud2();
        });
        space.Write(UserSpace.Data + 0x30, BitConverter.GetBytes(0x1122_3344_5566_7788UL));
        space.Write(UserSpace.Data + 0x208, BitConverter.GetBytes(99UL));
        space.Write(UserSpace.Data + 0x430, BitConverter.GetBytes(42UL));
        GuestCpu cpu = space.Cpu;
        cpu.GsBase = UserSpace.Data;
        cpu.FsBase = UserSpace.Data + 0x200;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1122_3344_5566_7788UL, cpu.Registers.Rax);
        Expect.Equal(99UL, cpu.Registers.Rdx);
        cpu.GsBase = UserSpace.Data + 0x400;
        cpu.Registers.Rsi = UserSpace.Data + 0x800;
        Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
        Expect.Equal(42UL, cpu.Registers.Rax);
        if (cpu.Registers.Rip != UserSpace.Code + 32 - 5)
        {
            Expect.Equal(UserSpace.Data + 0x800, cpu.GsBase);
        }
    }

    private static void ParallelIncrements(Machine machine)
    {
        const ulong Rounds = 300_000;
        using UserSpace space = new(machine, c =>
        {
            Label again = c.CreateLabel();
            c.Label(ref again);
            c.@lock.inc(__qword_ptr[rbx]);
            c.dec(rcx);
            c.jne(again);
            c.syscall();
        });
        GuestCpu[] cpus = [space.Cpu, space.NewCpu()];
        GuestExit[] exits = new GuestExit[2];
        Thread[] threads = new Thread[2];
        for (int i = 0; i < 2; i++)
        {
            int index = i;
            cpus[i].Registers.Rbx = UserSpace.Data;
            cpus[i].Registers.Rcx = Rounds;
            threads[i] = new Thread(() => exits[index] = cpus[index].Run(), 256 * 1024);
            threads[i].Start();
        }

        for (int i = 0; i < 2; i++)
        {
            threads[i].Join();
            Expect.Syscall(exits[i], cpus[i]);
        }

        Expect.Equal(2 * Rounds, space.ReadWord(UserSpace.Data));
    }

    private static void PoolReuse(Machine machine)
    {
        int before = 0;
        for (int round = 0; round < 20; round++)
        {
            using UserSpace space = new(machine, c => { c.mov(rax, 1UL); c.syscall(); });
            Expect.Syscall(space.Cpu.Run(), space.Cpu);
            before = round == 0 ? machine.Vm.Vcpus.Count : before;
        }

        Expect.Equal(before, machine.Vm.Vcpus.Count);
    }

    private static void FarJump(Machine machine)
    {
        // Into compatibility mode and on to an exception there; the state must come back as such, and the processor go on in 64-bit mode.
        using UserSpace space = new(machine, c => c.db(0xFF, 0x2D, 0x00, 0x00, 0x00, 0x00, 0x20, 0x00, 0x40, 0x00, 0x23, 0x00));
        space.Write(UserSpace.Code + 0x20, [0x40, 0x0F, 0x0B]);
        GuestCpu cpu = space.Cpu;
        GuestExit exit = cpu.Run();
        Expect.Exception(Vectors.InvalidOpcode, exit, cpu);
        Expect.Equal(UserSpace.Code + 0x21, cpu.Registers.Rip);
        Expect.Equal((ushort)0x23, cpu.CodeSegment);
        cpu.CodeSegment = 0x33;
        space.Write(UserSpace.Code + 0x40, [0x48, 0xFF, 0xC0, 0x0F, 0x05]);
        cpu.Registers.Rip = UserSpace.Code + 0x40;
        cpu.Registers.Rax = 0xFFFF_FFFF;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1_0000_0000UL, cpu.Registers.Rax);
    }

    private static void CompatibilitySyscall(Machine machine)
    {
        foreach (ulong stack in new[] { UserSpace.StackTop - 0x100, UserSpace.Hole })
        {
            using UserSpace space = new(machine, c => c.db(0xFF, 0x2D, 0x00, 0x00, 0x00, 0x00, 0x20, 0x00, 0x40, 0x00, 0x23, 0x00));
            space.Write(UserSpace.Code + 0x20, [0x0F, 0x05, 0x0F, 0x0B]);
            GuestCpu cpu = space.Cpu;
            cpu.Registers.Rsp = stack;
            GuestExit exit = cpu.Run();
            if (exit.Kind == GuestExitKind.Syscall)
            {
                Expect.Equal(UserSpace.Code + 0x22, cpu.Registers.Rip);
                continue;
            }

            Expect.Exception(Vectors.InvalidOpcode, exit, cpu);
            Expect.Equal(UserSpace.Code + 0x20, cpu.Registers.Rip);
            Expect.Equal(stack, cpu.Registers.Rsp);
            Expect.Equal((ushort)0x23, cpu.CodeSegment);
            cpu.Registers.Rip += 2;
            Expect.Exception(Vectors.InvalidOpcode, cpu.Run(), cpu);
            Expect.Equal(UserSpace.Code + 0x22, cpu.Registers.Rip);
        }
    }
}
