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
    /// CONTEXT, RDX, R8, R9 = arguments, the routine at RSP+0x28) and sends the thread there. Contract: measured on libwine 8.0.
    /// </summary>
    internal void DeliverPendingApc()
    {
        if (!TryTakeUserApc(out UserApc apc))
        {
            return;
        }
        GuestCpu cpu = Cpu!;
        GuestContext context = default;
        ThreadContext.Capture(cpu, GuestContext.All, ref context);
        ulong contextAddress = ((context.Rsp - ApcStackGap) & ~15ul) - GuestContext.Size;
        ulong frame = contextAddress - ApcContextOffset;
        bool written = Memory.TryWrite(new GuestPointer(contextAddress), context) && Memory.TryWrite(new GuestPointer(frame + ApcRoutineOffset), apc.Routine);
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
}
