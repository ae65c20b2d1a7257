using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>Hands exceptions to the program: KiUserExceptionDispatcher of its ntdll.</summary>
internal static class ExceptionDelivery
{
    private const ulong TrapFlag = 0x100;
    private const ulong DirectionFlag = 0x400;

    /// <summary>Raises an exception at the current registers.</summary>
    public static void Raise(NtThread t, ref ExceptionRecord record)
    {
        ExceptionFrame frame = default;
        Span<byte> area = stackalloc byte[t.Executive.HasAvx ? XStateArea.Size : 0];
        ThreadContext.Capture(t.Cpu!, GuestContext.All, ref frame.Context, area, XStateArea.AllFeatures);
        frame.Context.Rip = record.ExceptionAddress;
        if (record.ExceptionCode == NtStatus.SingleStep.Value)
        {
            // NT hands the step over once: the program or its debugger sets the flag again for the next one.
            frame.Context.EFlags &= ~(uint)TrapFlag;
            t.Cpu!.Registers.RFlags &= ~TrapFlag;
        }
        if (DebugReports.IsHandled(t, record, firstChance: true))
        {
            return;
        }
        frame.Record = record;
        Push(t, ref frame, area);
    }

    /// <summary>Delivers an exception with a context that the program gave (NtRaiseException).</summary>
    public static void Raise(NtThread t, ref ExceptionRecord record, ref GuestContext context)
    {
        if (DebugReports.IsHandled(t, record, firstChance: true))
        {
            return;
        }
        ExceptionFrame frame = new() { Context = context, Record = record };
        GuestContext unused = default;
        Span<byte> area = stackalloc byte[t.Executive.HasAvx ? XStateArea.Size : 0];
        ThreadContext.Capture(t.Cpu!, 0, ref unused, area, XStateArea.AllFeatures);
        Push(t, ref frame, area);
    }

    /// <param name="area">The <see cref="XStateArea"/>, which comes above the frame; empty without AVX.</param>
    private static void Push(NtThread t, ref ExceptionFrame frame, ReadOnlySpan<byte> area)
    {
        t.LastException = new RaisedException(frame.Record, frame.Context);
        frame.AllOffset = frame.LegacyOffset = -GuestContext.Size;
        frame.AllLength = GuestContext.Size + 0x18;
        frame.LegacyLength = GuestContext.Size;
        frame.XStateOffset = ExceptionFrame.NoXState;
        frame.Context.SegCs = 0x33;
        frame.Context.SegSs = 0x2b;
        ulong above = area.IsEmpty ? (frame.Context.Rsp - 0x20) & ~15ul : (frame.Context.Rsp - 0x20 - (ulong)area.Length) & ~63ul;
        ulong target = above - ExceptionFrame.Size;
        if (!area.IsEmpty)
        {
            frame.Context.ContextFlags |= GuestContext.XState;
            frame.XStateOffset = ExceptionFrame.Size - XStateArea.ContextExOffset;
            frame.XStateLength = area.Length;
            frame.AllLength = ExceptionFrame.Size + area.Length;
        }
        if (!t.Memory.TryWrite(new GuestPointer(above), area) || !t.Memory.TryWrite(new GuestPointer(target), frame))
        {
            if (DebugReports.IsHandled(t, frame.Record, firstChance: false))
            {
                return;
            }
            t.Process.EndByException(t, ref frame.Record, ref frame.Context, "its stack cannot take the exception");
            return;
        }
        ref UserRegisters r = ref t.Cpu!.Registers;
        r.Rsp = target;
        r.Rip = t.Process.Ntdll.KiUserExceptionDispatcher;
        r.RFlags &= ~(TrapFlag | DirectionFlag);
    }
}
