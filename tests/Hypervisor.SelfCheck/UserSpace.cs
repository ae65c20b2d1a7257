using Iced.Intel;
using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>An address space with code, stack and data, and virtual processors in it.</summary>
internal sealed class UserSpace : IDisposable
{
    public const ulong Code = 0x40_0000;
    public const ulong StackTop = 0x51_0000;
    public const ulong Data = 0x60_0000;
    public const ulong ReadOnlyData = 0x70_0000;
    public const ulong Hole = 0x80_0000;
    public const ulong Window = 0x2000_0000;
    public const int DataPages = 16;

    private readonly List<(ulong Gpa, int Count)> _frames = [];
    private readonly List<GuestCpu> _cpus = [];

    public UserSpace(Machine machine, Action<Assembler> program)
    {
        Machine = machine;
        Tables = machine.Kernel.CreateAddressSpace();
        Map(Code, 2, PageRights.Read | PageRights.Execute);
        Map(StackTop - 0x1_0000, 16, PageRights.Read | PageRights.Write);
        Map(Data, DataPages, PageRights.Read | PageRights.Write);
        Map(ReadOnlyData, 1, PageRights.Read);
        Assemble(program);
        Cpu = NewCpu();
    }

    public Machine Machine { get; }

    public PageTables Tables { get; }

    public GuestCpu Cpu { get; }

    public GuestMemory Memory => Machine.Vm.Memory;

    public GuestCpu NewCpu()
    {
        GuestCpu cpu = Machine.Kernel.RentCpu();
        _cpus.Add(cpu);
        cpu.SetAddressSpace(Tables);
        cpu.Registers.Rip = Code;
        cpu.Registers.Rsp = StackTop - 0x100;
        return cpu;
    }

    public ulong Map(ulong va, int pages, PageRights rights)
    {
        ulong gpa = Memory.AllocateFrames(pages);
        Expect.True(gpa != 0, "frames were allocated");
        _frames.Add((gpa, pages));
        Expect.True(Tables.SetRange(va, pages, gpa, rights), "page tables were made");
        return gpa;
    }

    /// <summary>A space whose program reads the word at RBX into RAX, makes a system call, writes RDX there, and makes another.</summary>
    public static UserSpace ForAccess(Machine machine) => new(machine, c =>
    {
        c.mov(rax, __qword_ptr[rbx]);
        c.syscall();
        c.mov(__qword_ptr[rbx], rdx);
        c.syscall();
    });

    public void Assemble(Action<Assembler> program)
    {
        Assembler assembler = new(64);
        program(assembler);
        using MemoryStream stream = new();
        assembler.Assemble(new StreamCodeWriter(stream), Code);
        Write(Code, stream.ToArray());
    }

    public void Write(ulong va, ReadOnlySpan<byte> bytes)
    {
        ulong gpa = Tables.Translate(va, PageRights.Read);
        Expect.True(gpa != 0 && Memory.TryCopyTo(gpa, bytes), "guest memory was written");
    }

    public ulong ReadWord(ulong va)
    {
        Span<byte> bytes = stackalloc byte[8];
        ulong gpa = Tables.Translate(va, PageRights.Read);
        Expect.True(gpa != 0 && Memory.TryCopyFrom(gpa, bytes), "guest memory was read");
        return BitConverter.ToUInt64(bytes);
    }

    public ulong ReadPhysical(ulong gpa)
    {
        Span<byte> word = stackalloc byte[8];
        Expect.True(Memory.TryCopyFrom(gpa, word));
        return BitConverter.ToUInt64(word);
    }

    public void Dispose()
    {
        _cpus.ForEach(Machine.Kernel.ReturnCpu);
        Tables.Clear();
        _frames.ForEach(run => Memory.FreeFrames(run.Gpa, run.Count));
        Machine.Kernel.ReleaseAddressSpace(Tables);
    }
}
