using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sync;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>
    /// Bytes between RSP and the CONTEXT of an APC frame: a slot that the dispatcher drops, four home slots, the routine, padding. RSP lies 8 bytes below
    /// a multiple of 16, so that the routine starts as after a call.
    /// </summary>
    internal const int ApcContextOffset = 0x38;

    /// <summary>Offset of the routine in the frame.</summary>
    internal const int ApcRoutineOffset = 0x28;

    /// <summary>Bytes below the thread's own RSP that the frame leaves alone.</summary>
    internal const int ApcStackGap = 0x80;

    /// <summary>
    /// Delivers the next queued user APC, if there is one: builds the frame that libwine's KiUserApcDispatcher expects (RCX =
    /// CONTEXT, RDX, R8, R9 = arguments, the routine at RSP+0x28) and sends the thread there. Contract: measured on libwine 8.0. The frame that the gate in
    /// user mode makes has no AVX state: there the upper halves are the caller's to keep over the call.
    /// </summary>
    internal void DeliverPendingApc()
    {
        if (!TryTakeUserApc(out UserApc apc))
        {
            return;
        }
        GuestCpu cpu = Cpu!;
        GuestContext context = default;
        Span<byte> area = stackalloc byte[Executive.HasAvx ? XStateArea.Size : 0];
        ThreadContext.Capture(cpu, GuestContext.All, ref context, area, XStateArea.AllFeatures);
        ulong areaAddress = (context.Rsp - ApcStackGap - (ulong)area.Length) & ~63ul;
        ulong contextAddress = ((areaAddress - XStateArea.ContextExSize) & ~15ul) - GuestContext.Size;
        ulong frame = contextAddress - ApcContextOffset;
        bool written = WriteXState(ref context, contextAddress, areaAddress, area) && Memory.TryWrite(new GuestPointer(contextAddress), context)
            && Memory.TryWrite(new GuestPointer(frame + ApcRoutineOffset), apc.Routine);
        if (!written)
        {
            ExceptionRecord record = ExceptionRecord.Create(NtStatus.StackOverflow, context.Rip);
            Process.EndByException(this, ref record, ref context, "its stack cannot take an APC");
            return;
        }
        ref UserRegisters r = ref cpu.Registers;
        (r.Rcx, r.Rdx, r.R8, r.R9) = (contextAddress, apc.Argument1, apc.Argument2, apc.Argument3);
        (r.Rsp, r.Rip) = (frame, Process.Ntdll.KiUserApcDispatcher);
        ContextReplaced();
    }

    /// <summary>Writes CONTEXT_EX behind a context and the area that it leads to; nothing without AVX.</summary>
    private bool WriteXState(ref GuestContext context, ulong contextAddress, ulong areaAddress, ReadOnlySpan<byte> area)
    {
        if (area.IsEmpty)
        {
            return true;
        }
        context.ContextFlags |= GuestContext.XState;
        ulong extended = contextAddress + XStateArea.ContextExOffset;
        int offset = (int)(areaAddress - extended);
        ReadOnlySpan<int> pairs = [-GuestContext.Size, GuestContext.Size + offset + area.Length, -GuestContext.Size, GuestContext.Size, offset, area.Length];
        return Memory.TryWrite(new GuestPointer(extended), System.Runtime.InteropServices.MemoryMarshal.AsBytes(pairs)) && Memory.TryWrite(new GuestPointer(areaAddress), area);
    }
}
