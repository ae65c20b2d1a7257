using System.Diagnostics;
using Iced.Intel;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Checks of guest memory: growth, file slots, revoked rights.</summary>
internal static class MemoryChecks
{
    private const ulong Window = 0x2000_0000;

    public static IEnumerable<Check> All =>
    [
        new("memory.growth", Growth),
        new("memory.alignment", Alignment),
        new("memory.frames-read-zero-again", FramesReadZeroAgain),
        new("memory.double-free", DoubleFree),
        new("memory.bounds", Bounds),
        new("memory.file-private", FilePrivate),
        new("memory.file-shared", FileShared),
        new("memory.file-shared-read-only", FileSharedReadOnly),
        new("memory.file-composite", FileComposite),
        new("memory.file-truncated", FileTruncated),
        new("memory.file-slot-reuse", FileSlotReuse),
        new("memory.address-space-reuse", AddressSpaceReuse),
        new("revoke.write-right", m => Revoke(m, PageRights.Read, 1)),
        new("revoke.all-rights", m => Revoke(m, PageRights.None, 1)),
        new("revoke.write-right-huge-page", m => Revoke(m, PageRights.Read, 512)),
        new("revoke.all-rights-huge-page", m => Revoke(m, PageRights.None, 512)),
        new("revoke.private-file", RevokePrivateFile),
        new("revoke.freed-frame", RevokeFreedFrame),
        new("revoke.cost", RevokeCost),
    ];

    private static void Growth(Machine machine)
    {
        GuestMemory memory = machine.Vm.Memory;
        const int Chunk = 400 * 512;
        List<ulong> chunks = [];
        ulong before = memory.AllocatedBytes;
        for (int i = 0; i < 15; i++)
        {
            ulong gpa = memory.AllocateFrames(Chunk);
            Expect.True(gpa != 0, "12 GiB of frames can be had");
            chunks.Add(gpa);
        }

        using (UserSpace space = new(machine, c => { c.mov(rax, __qword_ptr[rbx]); c.mov(__qword_ptr[rbx], rcx); c.syscall(); }))
        {
            foreach (ulong gpa in chunks)
            {
                ulong last = gpa + ((Chunk - 1UL) * 4096);
                Expect.True(space.Tables.SetEntry(Window, PageEntry.Make(last, PageRights.Read | PageRights.Write)));
                GuestCpu cpu = space.NewCpu();
                cpu.Registers.Rbx = Window;
                cpu.Registers.Rcx = gpa;
                cpu.Registers.Rip = UserSpace.Code;
                Expect.Syscall(cpu.Run(), cpu);
                Expect.Equal(0UL, cpu.Registers.Rax);
                space.Tables.SetEntry(Window, 0);
                memory.FlushTranslations(last, 1);
                Expect.Equal(gpa, Word(space, last));
            }
        }

        chunks.ForEach(gpa => memory.FreeFrames(gpa, Chunk));
        Expect.Equal(before, memory.AllocatedBytes);
    }

    private static void Alignment(Machine machine)
    {
        GuestMemory memory = machine.Vm.Memory;
        ulong odd = memory.AllocateFrames(1);
        foreach ((int count, int alignment) in new[] { (512, 1), (513, 1), (16, 16), (3, 256), (1, 512), (511, 8) })
        {
            ulong gpa = memory.AllocateFrames(count, alignment);
            ulong unit = count >= 512 ? 512 : (ulong)alignment;
            Expect.Equal(0UL, gpa % (unit * 4096), $"address of {count} frames aligned to {alignment}");
            Expect.True(memory.TryGetRamAddress(gpa, (ulong)count * 4096, out nint host));
            Expect.Equal(gpa % (2 << 20), (ulong)host % (2 << 20), "host address modulo 2 MiB");
            memory.FreeFrames(gpa, count);
        }

        memory.FreeFrames(odd, 1);
    }

    private static void FramesReadZeroAgain(Machine machine)
    {
        GuestMemory memory = machine.Vm.Memory;
        ulong gpa = memory.AllocateFrames(4);
        memory.RamSpan(gpa, 4 * 4096).Fill(0xAB);
        memory.FreeFrames(gpa + 4096, 2);
        Expect.True(memory.RamSpan(gpa, 4096).IndexOfAnyExcept((byte)0xAB) < 0);
        Expect.True(memory.RamSpan(gpa + 4096, 2 * 4096).IndexOfAnyExcept((byte)0) < 0);
        memory.ZeroFrames(gpa, 1);
        Expect.True(memory.RamSpan(gpa, 4096).IndexOfAnyExcept((byte)0) < 0);
        memory.FreeFrames(gpa, 1);
        memory.FreeFrames(gpa + (3 * 4096), 1);
    }

    private static void DoubleFree(Machine machine)
    {
        GuestMemory memory = machine.Vm.Memory;
        ulong gpa = memory.AllocateFrames(2);
        memory.FreeFrames(gpa, 2);
        foreach ((ulong Gpa, int Count) bad in new[] { (gpa, 2), (gpa + 4096, 1), (0UL, 1), (ulong.MaxValue & ~0xFFFUL, 1), (gpa + 1, 1) })
        {
            try
            {
                memory.FreeFrames(bad.Gpa, bad.Count);
            }
            catch (InvalidOperationException)
            {
                continue;
            }

            throw new CheckFailedException($"free of 0x{bad.Gpa:x} was taken");
        }
    }

    private static void Bounds(Machine machine)
    {
        GuestMemory memory = machine.Vm.Memory;
        ulong gpa = memory.AllocateFrames(1);
        foreach ((ulong at, ulong length) in new[] { (0UL, 1UL), (gpa, ulong.MaxValue), (ulong.MaxValue, 1UL), (ulong.MaxValue - 7, 16UL), (16UL << 20, 8UL) })
        {
            Expect.True(!memory.TryGetHostAddress(at, length, out _, out _), $"0x{at:x}, {length} bytes is not memory");
        }

        memory.FreeFrames(gpa, 1);
    }

    private static string NewFile(int pages)
    {
        string path = Path.Combine(Path.GetTempPath(), $"portablevirt-check-{Environment.ProcessId}-{Guid.NewGuid():N}");
        byte[] content = new byte[pages * 4096];
        for (int page = 0; page < pages; page++)
        {
            BitConverter.TryWriteBytes(content.AsSpan(page * 4096), 0x1000UL + (ulong)page);
        }

        File.WriteAllBytes(path, content);
        return path;
    }

    private static ulong FileWord(string path, int page) => BitConverter.ToUInt64(File.ReadAllBytes(path), page * 4096);

    private static void WithFile(int pages, Action<string> body)
    {
        string path = NewFile(pages);
        try
        {
            body(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static UserSpace AccessSpace(Machine machine) => new(machine, c =>
    {
        c.mov(rax, __qword_ptr[rbx]);
        c.syscall();
        c.mov(__qword_ptr[rbx], rdx);
        c.syscall();
    });

    private static void FilePrivate(Machine machine) => WithFile(4, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 4096, 2 * 4096, FileMapping.Private);
        using UserSpace space = AccessSpace(machine);
        Expect.True(space.Tables.SetRange(Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = Window;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1001UL, cpu.Registers.Rax);
        cpu.Registers.Rdx = 77;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(77UL, space.ReadWord(Window));
        Expect.Equal(0x1002UL, space.ReadWord(Window + 4096));
        Expect.Equal(0x1001UL, FileWord(path, 1));
    });

    private static void FileShared(Machine machine) => WithFile(2, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 2 * 4096, FileMapping.Shared);
        using UserSpace space = AccessSpace(machine);
        Expect.True(space.Tables.SetRange(Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = Window + 4096;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1001UL, cpu.Registers.Rax);
        cpu.Registers.Rdx = 78;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(78UL, FileWord(path, 1));
        Expect.True(space.Memory.TryCopyTo(slot.Gpa, BitConverter.GetBytes(79UL)));
        Expect.Equal(79UL, FileWord(path, 0));
    });

    private static void FileSharedReadOnly(Machine machine) => WithFile(1, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 4096, FileMapping.SharedReadOnly);
        using UserSpace space = AccessSpace(machine);
        Expect.True(space.Tables.SetRange(Window, 1, slot.Gpa, PageRights.Read));
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = Window;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1000UL, cpu.Registers.Rax);
        Expect.Exception(Vectors.PageFault, cpu.Run(), cpu);
        Expect.True(!space.Memory.TryCopyTo(slot.Gpa, [1]), "the host may not write either");
        Expect.True(space.Tables.SetRange(Window, 1, slot.Gpa, PageRights.Read | PageRights.Write));
        Expect.Kind(GuestExitKind.MemoryFault, cpu.Run(), cpu);
        Expect.Equal(0x1000UL, FileWord(path, 0));
    });

    private static void FileComposite(Machine machine) => WithFile(8, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        GuestMemory memory = machine.Vm.Memory;
        using FileSlot slot = memory.MapPieces(6, [new FilePiece(file, 5 * 4096, 4096, 1, FileMapping.Private), new FilePiece(file, 0, 100, 4, FileMapping.Private)]);
        ulong[] expected = [0, 0x1005, 0, 0, 0x1000, 0];
        using UserSpace space = AccessSpace(machine);
        Expect.True(space.Tables.SetRange(Window, 6, slot.Gpa, PageRights.Read | PageRights.Write));
        for (int page = 0; page < 6; page++)
        {
            Expect.Equal(expected[page], space.ReadWord(Window + ((ulong)page * 4096)));
            GuestCpu cpu = space.NewCpu();
            cpu.Registers.Rbx = Window + ((ulong)page * 4096);
            Expect.Syscall(cpu.Run(), cpu);
            Expect.Equal(expected[page], cpu.Registers.Rax);
            cpu.Registers.Rdx = 5;
            Expect.Syscall(cpu.Run(), cpu);
            Expect.Equal(5UL, space.ReadWord(cpu.Registers.Rbx));
        }
    });

    private static void FileTruncated(Machine machine) => WithFile(2, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        foreach (FileMapping mapping in new[] { FileMapping.Shared, FileMapping.Private })
        {
            RandomAccess.SetLength(file, 8192);
            using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 8192, mapping);
            using UserSpace space = AccessSpace(machine);
            Expect.True(space.Tables.SetRange(Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
            GuestCpu cpu = space.Cpu;
            cpu.Registers.Rbx = Window + 4096;
            RandomAccess.SetLength(file, 4096);
            GuestExit exit = cpu.Run();
            Expect.Kind(GuestExitKind.MemoryFault, exit, cpu);
            Expect.Equal(UserSpace.Code, cpu.Registers.Rip);
            byte[] word = new byte[8];
            Expect.True(!space.Memory.TryCopyFrom(slot.Gpa + 4096, word), "a page that is gone cannot be read");
            Expect.True(!space.Memory.TryCopyTo(slot.Gpa + 4096, word), "a page that is gone cannot be written");
            RandomAccess.SetLength(file, 8192);
            Expect.Syscall(cpu.Run(), cpu);
        }
    });

    private static void FileSlotReuse(Machine machine) => WithFile(4, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        GuestMemory memory = machine.Vm.Memory;
        using UserSpace space = AccessSpace(machine);
        ulong first = 0;
        for (int round = 0; round < 4; round++)
        {
            FileSlot slot = memory.MapFile(file, round * 4096, 4096, FileMapping.Private);
            first = round == 0 ? slot.Gpa : first;
            Expect.Equal(first, slot.Gpa);
            Expect.True(space.Tables.SetEntry(Window, PageEntry.Make(slot.Gpa, PageRights.Read)));
            GuestCpu cpu = space.NewCpu();
            cpu.Registers.Rbx = Window;
            Expect.Syscall(cpu.Run(), cpu);
            Expect.Equal(0x1000UL + (ulong)round, cpu.Registers.Rax);
            space.Tables.SetEntry(Window, 0);
            slot.Dispose();
            slot.Dispose();
            Expect.True(!memory.TryGetHostAddress(first, 8, out _, out _), "a closed slot is no memory");
        }
    });

    private static void AddressSpaceReuse(Machine machine)
    {
        ulong root = 0;
        for (int round = 0; round < 3; round++)
        {
            using UserSpace space = AccessSpace(machine);
            root = round == 0 ? space.Tables.Root : root;
            Expect.Equal(root, space.Tables.Root);
            Expect.Equal(0UL, space.Tables.GetEntry(Window));
            ulong gpa = space.Map(Window, 1, PageRights.Read | PageRights.Write);
            space.Memory.RamSpan(gpa, 1)[0] = (byte)(round + 1);
            space.Cpu.Registers.Rbx = Window;
            Expect.Syscall(space.Cpu.Run(), space.Cpu);
            Expect.Equal((ulong)round + 1, space.Cpu.Registers.Rax);
        }
    }

    /// <summary>
    /// A virtual processor counts in a page while the host takes a right away again and again, and each time looks whether the count still moves. Host
    /// threads write into the same block meanwhile and must never fault.
    /// </summary>
    private static void Revoke(Machine machine, PageRights left, int pages)
    {
        using UserSpace space = new(machine, Count);
        ulong block = space.Map(Window, pages, PageRights.Read | PageRights.Write);
        space.Memory.RamSpan(block, pages * 4096).Fill(0);
        ulong page = pages > 1 ? 7UL : 0;
        Hammer(space, Window + (page * 4096), block + (page * 4096), left, block, pages);
    }

    private static void RevokePrivateFile(Machine machine) => WithFile(2, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 2 * 4096, FileMapping.Private);
        using UserSpace space = new(machine, Count);
        Expect.True(space.Tables.SetRange(Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
        Hammer(space, Window, slot.Gpa, PageRights.Read, 0, 0);
        Expect.Equal(0x1000UL, FileWord(path, 0));
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
        ManualResetEventSlim restored = new(false);
        Thread runner = new(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    GuestExit exit = cpu.Run();
                    if (exit.Kind == GuestExitKind.Exception && exit.Vector == Vectors.PageFault && exit.FaultAddress == va)
                    {
                        // Not restored yet: wait for it; restored already: spurious, go on.
                        faults++;
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
        int rounds = 0;
        int violations = 0;
        ulong last = 0;
        runner.Start();
        writer.Start();
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < 8000 && faults < 300 && failure.Length == 0)
        {
            while (Word(space, gpa) == last && failure.Length == 0)
            {
                Expect.True(clock.Elapsed.TotalSeconds < 30, "the guest goes on counting");
            }

            space.Tables.SetEntry(va, reduced);
            space.Memory.FlushTranslations(gpa, 1);
            ulong before = Word(space, gpa);
            Expect.True(before > last, "no count was lost");
            long flushed = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(flushed).TotalMicroseconds < 50)
            {
                Thread.SpinWait(10);
            }

            ulong after = Word(space, gpa);
            violations += after != before ? 1 : 0;
            last = after;
            rounds++;
            space.Tables.SetEntry(va, entry);
        }

        Volatile.Write(ref stop, true);
        cpu.Kick();
        runner.Join();
        writer.Join();
        Console.WriteLine($"   {rounds} revocations, {faults} faults, {last} counts, {violations} violations");
        Expect.True(failure.Length == 0, failure);
        Expect.Equal(0, violations);
        Expect.True(rounds > 10 && faults > 10, "the guest ran and was stopped");
    }

    private static ulong Word(UserSpace space, ulong gpa)
    {
        Span<byte> word = stackalloc byte[8];
        Expect.True(space.Memory.TryCopyFrom(gpa, word));
        return BitConverter.ToUInt64(word);
    }

    private static void RevokeFreedFrame(Machine machine)
    {
        using UserSpace space = new(machine, Count);
        GuestMemory memory = space.Memory;
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = Window;
        for (int round = 0; round < 30; round++)
        {
            ulong gpa = memory.AllocateFrames(1);
            Expect.True(space.Tables.SetEntry(Window, PageEntry.Make(gpa, PageRights.Read | PageRights.Write)));
            GuestExit exit = default;
            Thread runner = new(() => exit = cpu.Run(), 256 * 1024);
            runner.Start();
            Stopwatch clock = Stopwatch.StartNew();
            while (Word(space, gpa) == 0)
            {
                Expect.True(clock.Elapsed.TotalSeconds < 20, "the guest runs");
                Thread.Yield();
            }

            space.Tables.SetEntry(Window, 0);
            memory.FreeFrames(gpa, 1);
            Expect.True(runner.Join(10_000), "the guest faulted");
            Expect.Exception(Vectors.PageFault, exit, cpu);
            Expect.Equal(0UL, Word(space, gpa));
        }
    }

    private static void RevokeCost(Machine machine)
    {
        using UserSpace space = new(machine, c => { c.mov(__qword_ptr[rbx], rcx); c.syscall(); });
        GuestMemory memory = space.Memory;
        ulong gpa = space.Map(Window, 512, PageRights.Read | PageRights.Write);
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
