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

    /// <summary>Builds all modules: lower-case file name and the file's bytes.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Build()
    {
        Dictionary<string, ReadOnlyMemory<byte>> result = new(StringComparer.Ordinal);
        ulong imageBase = FirstBase;
        foreach (IGrouping<string, (GateEntry Gate, int Index)> module in GateTable.Entries.Select((gate, index) => (gate, index)).GroupBy(g => g.gate.Module.ToLowerInvariant()))
        {
            PeBuilder builder = new(module.Key, imageBase)
            {
                Version = new PeVersionText(Version, "PortableVirt system library", module.Key),
            };
            foreach ((GateEntry gate, int index) in module)
            {
                builder.AddFunction(gate.Call.Name, Stub(FirstNumber + (uint)index));
            }
            result.Add(module.Key, builder.Build());
            imageBase += BaseStep;
        }
        return result;
    }

    /// <summary>The code of a gate.</summary>
    private static byte[] Stub(uint number)
    {
        byte[] code = [0x4c, 0x8b, 0xd1, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0xc3];
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(4), number);
        return code;
    }
}
