using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Kernel;

/// <summary>The machine code of the kernel, made with Iced.</summary>
internal static class Stubs
{
    /// <summary>The system-call gate.</summary>
    public static byte[] Gate()
    {
        Assembler code = new(64);
        code.@out((byte)KernelLayout.GatePort, al);
        code.sysretq();
        return Assemble(code, KernelLayout.Gate);
    }

    /// <summary>Fills a page with the 256 exception stubs: one is assembled, the others differ in the vector alone.</summary>
    public static void WriteExceptionStubs(Span<byte> page)
    {
        Assembler code = new(64);
        code.@out((byte)0, al);
        code.iretq();
        byte[] stub = Assemble(code, KernelLayout.Stubs);
        for (int vector = 0; vector < 256; vector++)
        {
            Span<byte> at = page.Slice(vector * KernelLayout.StubSize, stub.Length);
            stub.CopyTo(at);
            at[1] = (byte)vector;
        }
    }

    private static byte[] Assemble(Assembler code, ulong address)
    {
        using MemoryStream stream = new();
        code.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
