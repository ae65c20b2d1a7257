using System.Buffers.Binary;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// The DLLs that we make ourselves because the system library source lacks them. Every export is a gate: mov r10,rcx; mov eax,number; syscall; ret,
/// where the number is the index in <see cref="GateTable"/> in system-call table 2.
/// </summary>
public static class GateModules
{
    /// <summary>Number of the first gate: table 2 (bits 12-13 of EAX), index 0.</summary>
    public const uint FirstNumber = 0x2000;

    /// <summary>Base of the first module; the others follow at <see cref="BaseStep"/>. Above libwine's DLLs, so that they stay where they are.</summary>
    private const ulong FirstBase = 0x3_f000_0000;
    private const ulong BaseStep = 0x100_0000;
    private const ulong Version = (10ul << 48) | (19045ul << 16);

    /// <summary>Lower-case file names of the modules, in the order of their bases.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. GateTable.Entries.Select(gate => gate.Module.ToLowerInvariant()).Distinct()];

    /// <summary>Builds all modules: lower-case file name and the file's bytes.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Build() => Names.ToDictionary(name => name, Build, StringComparer.Ordinal);

    /// <summary>The bytes of one of <see cref="Names"/>.</summary>
    public static ReadOnlyMemory<byte> Build(string name)
    {
        PeBuilder builder = new(name, FirstBase + ((ulong)Names.ToList().IndexOf(name) * BaseStep))
        {
            Version = new PeVersionText(Version, "PortableVirt system library", name),
        };
        for (int index = 0; index < GateTable.Entries.Count; index++)
        {
            GateEntry gate = GateTable.Entries[index];
            if (gate.Module.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                builder.AddFunction(gate.Call.Name, Stub(FirstNumber + (uint)index));
            }
        }
        return builder.Build();
    }

    /// <summary>The code of a gate.</summary>
    private static byte[] Stub(uint number)
    {
        byte[] code = [0x4c, 0x8b, 0xd1, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0xc3];
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(4), number);
        return code;
    }
}
