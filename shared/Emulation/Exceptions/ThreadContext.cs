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
    public static void Capture(GuestCpu cpu, uint flags, ref GuestContext context) => Capture(cpu, flags, ref context, [], 0);

    /// <summary>As above, and fills an <see cref="XStateArea"/> unless the span is empty.</summary>
    /// <param name="wanted">Components that the area is to have.</param>
    public static void Capture(GuestCpu cpu, uint flags, ref GuestContext context, Span<byte> area, ulong wanted)
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
        bool hasFloatingPoint = Has(flags, GuestContext.FloatingPoint);
        if (!hasFloatingPoint && area.IsEmpty)
        {
            return;
        }
        Span<byte> state = new byte[cpu.XStateSize];
        cpu.SaveXState(state);
        if (hasFloatingPoint)
        {
            state[..512].CopyTo(FloatingState(ref context));
            context.MxCsr = MemoryMarshal.Read<uint>(state[MxCsrOffset..]);
        }
        if (!area.IsEmpty)
        {
            XStateArea.Fill(area, state, wanted);
        }
    }

    /// <summary>Loads the parts named by the context's own flags. False when the processor refuses the floating-point state.</summary>
    /// <param name="area">The context's <see cref="XStateArea"/>; empty without one.</param>
    public static bool Apply(GuestCpu cpu, ref GuestContext context, ReadOnlySpan<byte> area)
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
        bool hasFloatingPoint = Has(flags, GuestContext.FloatingPoint);
        return (!hasFloatingPoint && area.IsEmpty) || ApplyXState(cpu, ref context, hasFloatingPoint, area);
    }

    private static bool ApplyXState(GuestCpu cpu, ref GuestContext context, bool hasFloatingPoint, ReadOnlySpan<byte> area)
    {
        Span<byte> state = new byte[cpu.XStateSize];
        cpu.SaveXState(state);
        if (hasFloatingPoint)
        {
            Span<byte> legacy = FloatingState(ref context);
            legacy[..MxCsrOffset].CopyTo(state);
            MemoryMarshal.Write(state[MxCsrOffset..], context.MxCsr & 0xffff);
            legacy[32..416].CopyTo(state[32..]);
            MemoryMarshal.Write(state[XStateBvOffset..], MemoryMarshal.Read<ulong>(state[XStateBvOffset..]) | X87AndSse);
        }
        if (!area.IsEmpty)
        {
            XStateArea.Load(area, state);
        }
        return cpu.LoadXState(state);
    }

    private static Span<byte> FloatingState(ref GuestContext context) =>
        MemoryMarshal.AsBytes(new Span<GuestContext>(ref context)).Slice(0x100, 512);

    private static bool Has(uint flags, uint part) => (flags & Amd64) != 0 && (flags & part & ~Amd64) != 0;
}
