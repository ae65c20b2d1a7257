using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Checks of RAM frames and address spaces.</summary>
internal static class MemoryChecks
{
    public static IEnumerable<Check> All =>
    [
        new("memory.growth", Growth),
        new("memory.alignment", Alignment),
        new("memory.frames-read-zero-again", FramesReadZeroAgain),
        new("memory.double-free", DoubleFree),
        new("memory.bounds", Bounds),
        new("memory.address-space-reuse", AddressSpaceReuse),
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
                Expect.True(space.Tables.SetEntry(UserSpace.Window, PageEntry.Make(last, PageRights.Read | PageRights.Write)));
                GuestCpu cpu = space.NewCpu();
                cpu.Registers.Rbx = UserSpace.Window;
                cpu.Registers.Rcx = gpa;
                cpu.Registers.Rip = UserSpace.Code;
                Expect.Syscall(cpu.Run(), cpu);
                Expect.Equal(0UL, cpu.Registers.Rax);
                space.Tables.SetEntry(UserSpace.Window, 0);
                memory.FlushTranslations(last, 1);
                Expect.Equal(gpa, space.ReadPhysical(last));
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

    private static void AddressSpaceReuse(Machine machine)
    {
        ulong root = 0;
        for (int round = 0; round < 3; round++)
        {
            using UserSpace space = UserSpace.ForAccess(machine);
            root = round == 0 ? space.Tables.Root : root;
            Expect.Equal(root, space.Tables.Root);
            Expect.Equal(0UL, space.Tables.GetEntry(UserSpace.Window));
            ulong gpa = space.Map(UserSpace.Window, 1, PageRights.Read | PageRights.Write);
            space.Memory.RamSpan(gpa, 1)[0] = (byte)(round + 1);
            space.Cpu.Registers.Rbx = UserSpace.Window;
            Expect.Syscall(space.Cpu.Run(), space.Cpu);
            Expect.Equal((ulong)round + 1, space.Cpu.Registers.Rax);
        }
    }
}
