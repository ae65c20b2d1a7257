namespace PortableVirt.Kernel;

/// <summary>
/// The machine code of the kernel. The bytes are written out, since assembling them cost every start 1.5 ms; a test compares them with what Iced makes
/// of the instructions named here.
/// </summary>
internal static class Stubs
{
    /// <summary>The system-call gate: <c>out 80h, al; sysretq</c>.</summary>
    public static ReadOnlySpan<byte> Gate => [0xE6, (byte)KernelLayout.GatePort, 0x48, 0x0F, 0x07];

    /// <summary>The stub of vector 0: <c>out 0, al; iretq</c>. The others differ in the port alone.</summary>
    public static ReadOnlySpan<byte> ExceptionStub => [0xE6, 0x00, 0x48, 0xCF];

    /// <summary>Fills a page with the 256 exception stubs.</summary>
    public static void WriteExceptionStubs(Span<byte> page)
    {
        for (int vector = 0; vector < 256; vector++)
        {
            Span<byte> at = page.Slice(vector * KernelLayout.StubSize, ExceptionStub.Length);
            ExceptionStub.CopyTo(at);
            at[1] = (byte)vector;
        }
    }
}
