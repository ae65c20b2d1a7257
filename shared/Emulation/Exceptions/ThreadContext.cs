using System.Runtime.InteropServices;
using PortableVirt.Emulation.Threads;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>Moves CONTEXT structures in and out of a vCPU that stands still.</summary>
internal static class ThreadContext
{
    private const uint Amd64 = GuestContext.Amd64;

    /// <summary>Flags that user code may choose; IF is always set, IOPL, VM, VIF and NT never.</summary>
    private const uint UserFlags = 0x0024_0dd5 | 0x1_0000 | 0x4_0000;

    private const int MxCsrOffset = 24;
    private const int XStateBvOffset = 512;
    private const ulong X87AndSse = 3;

    /// <summary>Writes the parts named by <paramref name="flags"/>; the rest is left as it is.</summary>
    public static void Capture(GuestCpu cpu, uint flags, ref GuestContext context)
    {
        ref UserRegisters r = ref cpu.Registers;
        context.ContextFlags = flags;
        if (Has(flags, GuestContext.Control))
        {
            (context.Rip, context.Rsp, context.EFlags) = (r.Rip, r.Rsp, (uint)r.RFlags);
            (context.SegCs, context.SegSs) = (0x33, 0x2b);
        }
        if (Has(flags, GuestContext.Integer))
        {
            (context.Rax, context.Rcx, context.Rdx, context.Rbx) = (r.Rax, r.Rcx, r.Rdx, r.Rbx);
            (context.Rbp, context.Rsi, context.Rdi) = (r.Rbp, r.Rsi, r.Rdi);
            (context.R8, context.R9, context.R10, context.R11) = (r.R8, r.R9, r.R10, r.R11);
            (context.R12, context.R13, context.R14, context.R15) = (r.R12, r.R13, r.R14, r.R15);
        }
        if (Has(flags, GuestContext.Segments))
        {
            (context.SegDs, context.SegEs, context.SegGs, context.SegFs) = (0x2b, 0x2b, 0x2b, 0x53);
        }
        if (Has(flags, GuestContext.FloatingPoint))
        {
            Span<byte> state = new byte[cpu.XStateSize];
            cpu.SaveXState(state);
            Span<byte> area = FloatingState(ref context);
            state[..512].CopyTo(area);
            context.MxCsr = MemoryMarshal.Read<uint>(state[MxCsrOffset..]);
        }
    }

    /// <summary>Loads the parts named by the context's own flags. False when the processor refuses the floating-point state.</summary>
    public static bool Apply(GuestCpu cpu, ref GuestContext context)
    {
        ref UserRegisters r = ref cpu.Registers;
        uint flags = context.ContextFlags;
        if (Has(flags, GuestContext.Control))
        {
            (r.Rip, r.Rsp, r.RFlags) = (context.Rip, context.Rsp, (context.EFlags & UserFlags) | 0x202);
        }
        if (Has(flags, GuestContext.Integer))
        {
            (r.Rax, r.Rcx, r.Rdx, r.Rbx) = (context.Rax, context.Rcx, context.Rdx, context.Rbx);
            (r.Rbp, r.Rsi, r.Rdi) = (context.Rbp, context.Rsi, context.Rdi);
            (r.R8, r.R9, r.R10, r.R11) = (context.R8, context.R9, context.R10, context.R11);
            (r.R12, r.R13, r.R14, r.R15) = (context.R12, context.R13, context.R14, context.R15);
        }
        return !Has(flags, GuestContext.FloatingPoint) || ApplyFloatingPoint(cpu, ref context);
    }

    private static bool ApplyFloatingPoint(GuestCpu cpu, ref GuestContext context)
    {
        Span<byte> state = new byte[cpu.XStateSize];
        cpu.SaveXState(state);
        Span<byte> area = FloatingState(ref context);
        area[..MxCsrOffset].CopyTo(state);
        MemoryMarshal.Write(state[MxCsrOffset..], context.MxCsr & 0xffff);
        area[32..416].CopyTo(state[32..]);
        MemoryMarshal.Write(state[XStateBvOffset..], MemoryMarshal.Read<ulong>(state[XStateBvOffset..]) | X87AndSse);
        return cpu.LoadXState(state);
    }

    private static Span<byte> FloatingState(ref GuestContext context) =>
        MemoryMarshal.AsBytes(new Span<GuestContext>(ref context)).Slice(0x100, 512);

    private static bool Has(uint flags, uint part) => (flags & Amd64) != 0 && (flags & part & ~Amd64) != 0;
}
