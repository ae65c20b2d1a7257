using Microsoft.Win32.SafeHandles;
using PortableVirt.Kernel;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Checks of file-backed guest memory.</summary>
internal static class FileChecks
{
    public static IEnumerable<Check> All =>
    [
        new("memory.file-private", FilePrivate),
        new("memory.file-shared", FileShared),
        new("memory.file-shared-read-only", FileSharedReadOnly),
        new("memory.file-composite", FileComposite),
        new("memory.file-truncated", FileTruncated),
        new("memory.file-slot-reuse", FileSlotReuse),
    ];

    private static void FilePrivate(Machine machine) => TestFile.With(4, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 4096, 2 * 4096, FileMapping.Private);
        using UserSpace space = UserSpace.ForAccess(machine);
        Expect.True(space.Tables.SetRange(UserSpace.Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = UserSpace.Window;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1001UL, cpu.Registers.Rax);
        cpu.Registers.Rdx = 77;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(77UL, space.ReadWord(UserSpace.Window));
        Expect.Equal(0x1002UL, space.ReadWord(UserSpace.Window + 4096));
        Expect.Equal(0x1001UL, TestFile.Word(path, 1));
    });

    private static void FileShared(Machine machine) => TestFile.With(2, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 2 * 4096, FileMapping.Shared);
        using UserSpace space = UserSpace.ForAccess(machine);
        Expect.True(space.Tables.SetRange(UserSpace.Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = UserSpace.Window + 4096;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1001UL, cpu.Registers.Rax);
        cpu.Registers.Rdx = 78;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(78UL, TestFile.Word(path, 1));
        Expect.True(space.Memory.TryCopyTo(slot.Gpa, BitConverter.GetBytes(79UL)));
        Expect.Equal(79UL, TestFile.Word(path, 0));
    });

    private static void FileSharedReadOnly(Machine machine) => TestFile.With(1, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 4096, FileMapping.SharedReadOnly);
        using UserSpace space = UserSpace.ForAccess(machine);
        Expect.True(space.Tables.SetRange(UserSpace.Window, 1, slot.Gpa, PageRights.Read));
        GuestCpu cpu = space.Cpu;
        cpu.Registers.Rbx = UserSpace.Window;
        Expect.Syscall(cpu.Run(), cpu);
        Expect.Equal(0x1000UL, cpu.Registers.Rax);
        Expect.Exception(Vectors.PageFault, cpu.Run(), cpu);
        Expect.True(!space.Memory.TryCopyTo(slot.Gpa, [1]), "the host may not write either");
        Expect.True(space.Tables.SetRange(UserSpace.Window, 1, slot.Gpa, PageRights.Read | PageRights.Write));
        Expect.Kind(GuestExitKind.MemoryFault, cpu.Run(), cpu);
        Expect.Equal(0x1000UL, TestFile.Word(path, 0));
    });

    private static void FileComposite(Machine machine) => TestFile.With(8, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        GuestMemory memory = machine.Vm.Memory;
        using FileSlot slot = memory.MapPieces(6, [new FilePiece(file, 5 * 4096, 4096, 1, FileMapping.Private), new FilePiece(file, 0, 100, 4, FileMapping.Private)]);
        ulong[] expected = [0, 0x1005, 0, 0, 0x1000, 0];
        using UserSpace space = UserSpace.ForAccess(machine);
        Expect.True(space.Tables.SetRange(UserSpace.Window, 6, slot.Gpa, PageRights.Read | PageRights.Write));
        for (int page = 0; page < 6; page++)
        {
            Expect.Equal(expected[page], space.ReadWord(UserSpace.Window + ((ulong)page * 4096)));
            GuestCpu cpu = space.NewCpu();
            cpu.Registers.Rbx = UserSpace.Window + ((ulong)page * 4096);
            Expect.Syscall(cpu.Run(), cpu);
            Expect.Equal(expected[page], cpu.Registers.Rax);
            cpu.Registers.Rdx = 5;
            Expect.Syscall(cpu.Run(), cpu);
            Expect.Equal(5UL, space.ReadWord(cpu.Registers.Rbx));
        }
    });

    private static void FileTruncated(Machine machine) => TestFile.With(2, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        foreach (FileMapping mapping in new[] { FileMapping.Shared, FileMapping.Private })
        {
            RandomAccess.SetLength(file, 8192);
            using FileSlot slot = machine.Vm.Memory.MapFile(file, 0, 8192, mapping);
            using UserSpace space = UserSpace.ForAccess(machine);
            Expect.True(space.Tables.SetRange(UserSpace.Window, 2, slot.Gpa, PageRights.Read | PageRights.Write));
            GuestCpu cpu = space.Cpu;
            cpu.Registers.Rbx = UserSpace.Window + 4096;
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

    private static void FileSlotReuse(Machine machine) => TestFile.With(4, path =>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        GuestMemory memory = machine.Vm.Memory;
        using UserSpace space = UserSpace.ForAccess(machine);
        ulong first = 0;
        for (int round = 0; round < 4; round++)
        {
            FileSlot slot = memory.MapFile(file, round * 4096, 4096, FileMapping.Private);
            first = round == 0 ? slot.Gpa : first;
            Expect.Equal(first, slot.Gpa);
            Expect.True(space.Tables.SetEntry(UserSpace.Window, PageEntry.Make(slot.Gpa, PageRights.Read)));
            GuestCpu cpu = space.NewCpu();
            cpu.Registers.Rbx = UserSpace.Window;
            Expect.Syscall(cpu.Run(), cpu);
            Expect.Equal(0x1000UL + (ulong)round, cpu.Registers.Rax);
            space.Tables.SetEntry(UserSpace.Window, 0);
            slot.Dispose();
            slot.Dispose();
            Expect.True(!memory.TryGetHostAddress(first, 8, out _, out _), "a closed slot is no memory");
        }
    });
}
