using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>System calls that replace or read register contexts.</summary>
internal static class ContextCalls
{
    private const uint ThreadGetContext = 0x8;
    private const uint ThreadSetContext = 0x10;

    [NtSyscall("NtContinue", Support.Full)]
    internal static NtStatus NtContinue(NtThread t, GuestPointer context, bool testAlert)
    {
        if (!t.Memory.TryRead(context, out GuestContext replacement))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = XStateArea.Read(t, context, replacement.ContextFlags, out byte[] area);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!ThreadContext.Apply(t.Cpu!, ref replacement, area))
        {
            return NtStatus.InvalidParameter;
        }
        t.ContextReplaced();
        if (testAlert)
        {
            t.DeliverPendingApc();
        }
        return NtStatus.Success;
    }

    [NtSyscall("NtRaiseException", Support.Full)]
    internal static NtStatus NtRaiseException(NtThread t, GuestPointer record, GuestPointer context, bool firstChance)
    {
        if (!t.Memory.TryRead(record, out ExceptionRecord exception) || !t.Memory.TryRead(context, out GuestContext registers))
        {
            return NtStatus.AccessViolation;
        }
        exception.NumberParameters = Math.Min(exception.NumberParameters, 15);
        NtStatus status = XStateArea.Read(t, context, registers.ContextFlags, out byte[] area);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!ThreadContext.Apply(t.Cpu!, ref registers, area))
        {
            return NtStatus.InvalidParameter;
        }
        t.ContextReplaced();
        if (firstChance)
        {
            ExceptionDelivery.Raise(t, ref exception, ref registers);
        }
        else if (!DebugReports.IsHandled(t, exception, firstChance: false))
        {
            t.Process.EndByException(t, ref exception, ref registers, "the program did not handle it");
        }
        return NtStatus.Success;
    }

    [NtSyscall("NtGetContextThread", Support.Full)]
    internal static NtStatus NtGetContextThread(NtThread t, Handle thread, GuestPointer context)
    {
        NtStatus status = t.Reference(thread, ThreadGetContext, out NtThread target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(context, out GuestContext registers))
        {
            return NtStatus.AccessViolation;
        }
        status = XStateArea.Prepare(t, context, registers.ContextFlags, out GuestPointer at, out uint length, out ulong wanted);
        if (!status.IsSuccess)
        {
            return status;
        }
        byte[] area = at.IsNull ? [] : new byte[XStateArea.Size];
        status = WithStopped(t, target, () =>
        {
            ThreadContext.Capture(target.Cpu!, registers.ContextFlags, ref registers, area, wanted);
            if (registers.HasDebugRegisters)
            {
                target.CaptureDebugRegisters(ref registers);
            }
        });
        if (!status.IsSuccess || area.Length == 0)
        {
            return status.IsSuccess && !t.Memory.TryWrite(context, registers) ? NtStatus.AccessViolation : status;
        }
        bool isWhole = BitConverter.ToUInt64(area) != 0;
        return isWhole && length < XStateArea.Size ? NtStatus.BufferOverflow
            : t.Memory.TryWrite(context, registers) && t.Memory.TryWrite(at, area.AsSpan(0, isWhole ? XStateArea.Size : XStateArea.HeaderSize)) ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    [NtSyscall("NtSetContextThread", Support.Full)]
    internal static NtStatus NtSetContextThread(NtThread t, Handle thread, GuestPointer context)
    {
        NtStatus status = t.Reference(thread, ThreadSetContext, out NtThread target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(context, out GuestContext registers))
        {
            return NtStatus.AccessViolation;
        }
        status = XStateArea.Read(t, context, registers.ContextFlags, out byte[] area);
        if (!status.IsSuccess)
        {
            return status;
        }
        bool accepted = true;
        status = WithStopped(t, target, () =>
        {
            ulong rip = target.Cpu!.Registers.Rip;
            accepted = ThreadContext.Apply(target.Cpu!, ref registers, area);
            if (target == t || target.Cpu.Registers.Rip != rip)
            {
                target.ContextReplaced();
            }
            if (accepted && registers.HasDebugRegisters)
            {
                target.ApplyDebugRegisters(registers);
            }
        });
        return status.IsSuccess && !accepted ? NtStatus.InvalidParameter : status;
    }

    private static NtStatus WithStopped(NtThread t, NtThread target, Action action)
    {
        if (target == t)
        {
            action();
            return NtStatus.Success;
        }
        if (!t.TryStopForContext(target))
        {
            return NtStatus.ThreadIsTerminating;
        }
        try
        {
            if (target.Cpu is null)
            {
                return NtStatus.Unsuccessful;
            }
            action();
            return NtStatus.Success;
        }
        finally
        {
            t.ReleaseFromContext(target);
        }
    }
}
