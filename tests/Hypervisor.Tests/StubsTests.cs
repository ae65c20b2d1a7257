using Iced.Intel;
using PortableVirt.Kernel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Hypervisor.Tests;

/// <summary>The bytes of the kernel's stubs are what Iced makes of their instructions.</summary>
public sealed class StubsTests
{
    [Fact]
    public void GateIsOutAndSysret()
    {
        Assembler code = new(64);
        code.@out((byte)KernelLayout.GatePort, al);
        code.sysretq();
        Assert.Equal(Assemble(code, KernelLayout.Gate), Stubs.Gate.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(255)]
    public void ExceptionStubIsOutAndIret(int vector)
    {
        ulong address = KernelLayout.Stubs + (ulong)(vector * KernelLayout.StubSize);
        Assembler code = new(64);
        code.@out((byte)vector, al);
        code.iretq();
        byte[] page = new byte[4096];
        Stubs.WriteExceptionStubs(page);
        byte[] expected = Assemble(code, address);
        Assert.Equal(expected, page.AsSpan(vector * KernelLayout.StubSize, expected.Length).ToArray());
    }

    private static byte[] Assemble(Assembler code, ulong address)
    {
        using MemoryStream stream = new();
        code.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
