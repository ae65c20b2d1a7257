using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>An exception that was handed to a program, kept for the report in case the program ends itself because of it.</summary>
/// <param name="Record">The record.</param>
/// <param name="Context">Registers at the exception, or now where those are not known.</param>
internal sealed record RaisedException(ExceptionRecord Record, GuestContext Context)
{
    private const ulong StackBytes = 0x8000;

    /// <summary>
    /// The exception because of which a thread ends its process with its code: the one handed to it last, or one that it raised
    /// itself (RaiseException stays inside the DLLs; the unwound part of the stack still has its record). Null when there is none.
    /// </summary>
    public static RaisedException? FindReason(NtThread thread, uint code)
    {
        // Severity "error", and the reserved bit 28 clear, as RaiseException clears it: exit codes such as -1 are no exceptions.
        const uint severityAndReserved = 0xd0000000;
        const uint severityError = 0xc0000000;
        if (thread.LastException is { } last && last.Record.ExceptionCode == code)
        {
            return last;
        }
        if ((code & severityAndReserved) != severityError)
        {
            return null;
        }
        ulong rsp = thread.Cpu!.Registers.Rsp & ~7ul;
        if (rsp < thread.StackAllocation || rsp >= thread.StackBase)
        {
            return null;
        }
        ulong lowest = thread.StackAllocation + ThreadBuilder.OverflowReserve + 0x1000;
        ulong first = Math.Min(rsp, Math.Max(rsp - Math.Min(rsp, StackBytes), lowest));
        byte[] stack = new byte[(int)Math.Min(2 * StackBytes, thread.StackBase - first)];
        if (!thread.Memory.TryRead(new GuestPointer(first), stack))
        {
            return null;
        }
        int size = Marshal.SizeOf<ExceptionRecord>();
        for (int i = 0; i + size <= stack.Length; i += 8)
        {
            ExceptionRecord record = MemoryMarshal.Read<ExceptionRecord>(stack.AsSpan(i));
            if (record.ExceptionCode == code && record.NumberParameters <= 15 && thread.Process.Modules.Find(record.ExceptionAddress) is not null)
            {
                GuestContext context = default;
                ThreadContext.Capture(thread.Cpu, GuestContext.All, ref context);
                return new RaisedException(record, context);
            }
        }
        return null;
    }
}
