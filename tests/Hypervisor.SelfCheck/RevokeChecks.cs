using System.Diagnostics;
using Iced.Intel;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Checks that a right taken from a page is gone on every virtual processor.</summary>
internal static class RevokeChecks
{
    public static IEnumerable<Check> All =>
    [
        new("revoke.write-right", m => Revoke(m, PageRights.Read, 1)),
        new("revoke.all-rights", m => Revoke(m, PageRights.None, 1)),
        new("revoke.write-right-huge-page", m => Revoke(m, PageRights.Read, 512)),
        new("revoke.all-rights-huge-page", m => Revoke(m, PageRights.None, 512)),
        new("revoke.private-file", RevokePrivateFile),
        new("revoke.freed-frame", RevokeFreedFrame),
        new("revoke.cost", RevokeCost),
    ];

    /// <summary>
    /// A virtual processor counts in a page while the host takes a right away again and again, and each time looks whether the count still moves. Host
    /// threads write into the same block meanwhile and must never fault.
    /// </summary>
    private static void Revoke(Machine machine, PageRights left, int pages)
    {
        using UserSpace space = new(machine, Count);
        ulong block = space.Map(UserSpace.Window, pages, PageRights.Read | PageRights.Write);
        space.Memory.RamSpan(block, pages * 4096).Fill(0);
        ulong page = pages > 1 ? 7UL : 0;
        Hammer(space, UserSpace.Window + (page * 4096), block + (page * 4096), left, block, pages);
    }

    private static void RevokePrivateFile(Machine machine) => TestFile.With(2, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 2 * 4096, FileMapping.Private);
        using UserSpace space = new(machine, Count);
        Expect.True(space.Tables.SetRange(UserSpace.Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
        Hammer(space, UserSpace.Window, slot.Gpa, PageRights.Read, 0, 0);
        Expect.Equal(0x1000UL, TestFile.Word(path, 0));
    });

    private static void Count(Assembler c)
    {
        Label again = c.CreateLabel();
        c.Label(ref again);
        c.inc(__qword_ptr[rbx]);
        c.jmp(again);
    }

    private static void Hammer(UserSpace space, ulong va, ulong gpa, PageRights left, ulong block, int blockPages)
    {
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = va;
        bool stop = false;
        string failure = string.Empty;
        long faults = 0;
        Thread runner = new(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    GuestExit exit = cpu.Run();
                    if (exit.Kind == GuestExitKind.Exception && exit.Vector == Vectors.PageFault && exit.FaultAddress == va)
                    {
                        Volatile.Write(ref faults, faults + 1);
                        while (PageEntry.Rights(space.Tables.GetEntry(va)) == left && !Volatile.Read(ref stop))
                        {
                            Thread.Yield();
                        }
                    }
                    else if (exit.Kind != GuestExitKind.Kick)
                    {
                        failure = $"{exit} {cpu.InternalErrorText}";
                        return;
                    }
                }
            },
            256 * 1024);
        Thread writer = new(
            () =>
            {
                for (uint i = 0; blockPages > 0 && !Volatile.Read(ref stop); i++)
                {
                    space.Memory.RamSpan(block + 2048, 8)[(int)(i & 7)] = (byte)i;
                    if (i % 20_000 == 0)
                    {
                        Thread.Sleep(1);
                    }
                }
            },
            256 * 1024);
        ulong entry = PageEntry.Make(gpa, PageRights.Read | PageRights.Write);
        ulong reduced = PageEntry.Make(gpa, left);
        bool stalled = false;
        int rounds = 0;
        int violations = 0;
        ulong last = 0;
        runner.IsBackground = writer.IsBackground = true;
        runner.Start();
        writer.Start();
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < 3000 && rounds < 500 && failure.Length == 0 && !stalled)
        {
            SpinWait running = default;
            while (space.ReadPhysical(gpa) == last && failure.Length == 0 && !stalled)
            {
                running.SpinOnce();
                stalled = clock.Elapsed.TotalSeconds > 30;
            }

            space.Tables.SetEntry(va, reduced);
            space.Memory.FlushTranslations(gpa, 1);
            ulong before = space.ReadPhysical(gpa);
            violations += before < last ? 1 : 0;

            // The guest must come to the missing right; until then, and after it, the count stands still.
            SpinWait wait = default;
            while (Volatile.Read(ref faults) == rounds && failure.Length == 0 && !stalled)
            {
                wait.SpinOnce();
                stalled = clock.Elapsed.TotalSeconds > 30;
            }

            ulong after = space.ReadPhysical(gpa);
            violations += after != before ? 1 : 0;
            last = after;
            rounds++;
            space.Tables.SetEntry(va, entry);
        }

        Volatile.Write(ref stop, true);
        cpu.Kick();
        runner.Join();
        writer.Join();
        Expect.True(!stalled, $"the guest went on counting (at {last}, round {rounds}, {faults} faults, RIP 0x{cpu.Registers.Rip:x})");
        Console.WriteLine($"   {rounds} revocations, {faults} faults, {last} counts, {violations} violations");
        Expect.True(failure.Length == 0, failure);
        Expect.Equal(0, violations);
        Expect.True(rounds > 2, "the guest ran and was stopped");
    }

    private static void RevokeFreedFrame(Machine machine)
    {
        using UserSpace space = new(machine, Count);
        GuestMemory memory = space.Memory;
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = UserSpace.Window;
        for (int round = 0; round < 30; round++)
        {
            ulong gpa = memory.AllocateFrames(1);
            Expect.True(space.Tables.SetEntry(UserSpace.Window, PageEntry.Make(gpa, PageRights.Read | PageRights.Write)));
            GuestExit exit = default;
            Thread runner = new(() => exit = cpu.Run(), 256 * 1024);
            runner.Start();
            Stopwatch clock = Stopwatch.StartNew();
            while (space.ReadPhysical(gpa) == 0)
            {
                Expect.True(clock.Elapsed.TotalSeconds < 20, "the guest runs");
                Thread.Yield();
            }

            space.Tables.SetEntry(UserSpace.Window, 0);
            memory.FreeFrames(gpa, 1);
            Expect.True(runner.Join(10_000), "the guest faulted");
            Expect.Exception(Vectors.PageFault, exit, cpu);
            Expect.Equal(0UL, space.ReadPhysical(gpa));
        }
    }

    private static void RevokeCost(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.mov(__qword_ptr[rbx], rcx); c.syscall(); });
        GuestMemory memory = space.Memory;
        ulong gpa = space.Map(UserSpace.Window, 512, PageRights.Read | PageRights.Write);
        double one = double.MaxValue;
        double all = double.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            memory.RamSpan(gpa, 512 * 4096).Fill(1);
            one = Math.Min(one, Time(() => memory.FlushTranslations(gpa + 4096, 1)));
            all = Math.Min(all, Time(() => memory.FlushTranslations(gpa, 512)));
        }

        Console.WriteLine($"   FlushTranslations: {one:F1} us for 1 page, {all:F1} us for 512");
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
