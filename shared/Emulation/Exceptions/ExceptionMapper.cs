using Iced.Intel;
using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>Turns processor exceptions into NT exceptions, or resolves them.</summary>
internal static class ExceptionMapper
{
    private const uint FaultWrite = 2;
    private const uint FaultExecute = 0x10;

    /// <summary>Handles an exception exit of the thread.</summary>
    public static void Handle(NtThread t, in GuestExit exit)
    {
        if (exit.IsSoftwareInterrupt)
        {
            SoftwareInterrupt(t, exit);
            return;
        }
        if (exit.Vector == 14)
        {
            PageFault(t, exit);
            return;
        }
        if (exit.Vector == 1)
        {
            t.NoteDebugException();
        }
        ExceptionRecord record = exit.Vector switch
        {
            0 => ExceptionRecord.Create(NtStatus.IntegerDivideByZero, exit.InstructionAddress),
            1 => ExceptionRecord.Create(NtStatus.SingleStep, t.Cpu!.Registers.Rip),
            5 => ExceptionRecord.Create(NtStatus.ArrayBoundsExceeded, exit.InstructionAddress),
            6 => ExceptionRecord.Create(NtStatus.IllegalInstruction, exit.InstructionAddress),
            16 => ExceptionRecord.Create(FloatingPointFault.Classify(t.Cpu!, isSse: false), exit.InstructionAddress, 0),
            17 => ExceptionRecord.Create(NtStatus.DatatypeMisalignment, exit.InstructionAddress),
            19 => ExceptionRecord.Create(FloatingPointFault.Classify(t.Cpu!, isSse: true), exit.InstructionAddress, 0),
            13 => GeneralProtection(t, exit.InstructionAddress),
            _ => UnknownAddressViolation(exit.InstructionAddress),
        };
        ExceptionDelivery.Raise(t, ref record);
    }

    /// <summary>
    /// <c>int n</c>, <c>int3</c> and <c>into</c>: user mode may use the vectors 3, 4, 0x29, 0x2C and 0x2D. The gates of all others are closed to it on
    /// Windows, which makes a general-protection fault of the instruction.
    /// </summary>
    private static void SoftwareInterrupt(NtThread t, in GuestExit exit)
    {
        ExceptionRecord record;
        switch (exit.Vector)
        {
            case 3:
                record = ExceptionRecord.Create(NtStatus.Breakpoint, exit.InstructionAddress, 0);
                break;
            case 4:
                record = ExceptionRecord.Create(NtStatus.IntegerOverflow, exit.InstructionAddress);
                break;
            case 0x29:
                FastFail(t, exit);
                return;
            case 0x2c:
                record = ExceptionRecord.Create(NtStatus.AssertionFailure, exit.InstructionAddress);
                break;
            case 0x2d:
                record = ExceptionRecord.Create(NtStatus.Breakpoint, exit.InstructionAddress, t.Cpu!.Registers.Rax);
                break;
            default:
                t.Cpu!.Registers.Rip = exit.InstructionAddress;
                record = UnknownAddressViolation(exit.InstructionAddress);
                break;
        }
        ExceptionDelivery.Raise(t, ref record);
    }

    private static ExceptionRecord UnknownAddressViolation(ulong instruction) =>
        ExceptionRecord.Create(NtStatus.AccessViolation, instruction, 0, ulong.MaxValue);

    /// <summary>A host page behind guest memory is gone: the file was cut.</summary>
    public static void MemoryFault(NtThread t)
    {
        ulong rip = t.Cpu!.Registers.Rip;
        ExceptionRecord record = ExceptionRecord.Create(NtStatus.InPageError, rip, 0, rip, NtStatus.InPageError.Value);
        ExceptionDelivery.Raise(t, ref record);
    }

    /// <summary>Gives the page of a page fault its frame, where it may have one.</summary>
    public static FaultOutcome FillPage(NtThread t, in GuestExit exit)
    {
        bool write = (exit.ErrorCode & FaultWrite) != 0;
        bool execute = (exit.ErrorCode & FaultExecute) != 0;
        PageRights needed = execute ? PageRights.Read | PageRights.Execute : write ? PageRights.Read | PageRights.Write : PageRights.Read;
        return exit.FaultAddress < RegionList.EndAddress ? t.Process.AddressSpace.HandleFault(exit.FaultAddress, needed) : FaultOutcome.AccessViolation;
    }

    private static void PageFault(NtThread t, in GuestExit exit)
    {
        bool write = (exit.ErrorCode & FaultWrite) != 0;
        bool execute = (exit.ErrorCode & FaultExecute) != 0;
        FaultOutcome outcome = FillPage(t, exit);
        ulong kind = execute ? 8ul : write ? 1ul : 0;
        ExceptionRecord record;
        switch (outcome)
        {
            case FaultOutcome.Resolved:
                return;
            case FaultOutcome.GuardPage when t.IsInStack(exit.FaultAddress) && t.TryGrowStack(exit.FaultAddress):
                return;
            case not FaultOutcome.GuardPage when t.Executive.SharedData.Gate?.TryRetryAsCall(ref t.Cpu!.Registers) == true:
                return;
            case FaultOutcome.GuardPage:
                record = t.IsInStack(exit.FaultAddress)
                    ? ExceptionRecord.Create(NtStatus.StackOverflow, exit.InstructionAddress, kind, exit.FaultAddress)
                    : ExceptionRecord.Create(NtStatus.GuardPageViolation, exit.InstructionAddress, kind, exit.FaultAddress);
                break;
            case FaultOutcome.InPageError:
                record = ExceptionRecord.Create(NtStatus.InPageError, exit.InstructionAddress, kind, exit.FaultAddress, NtStatus.NoMemory.Value);
                break;
            default:
                record = ExceptionRecord.Create(NtStatus.AccessViolation, exit.InstructionAddress, kind, exit.FaultAddress);
                break;
        }
        ExceptionDelivery.Raise(t, ref record);
    }

    private static void FastFail(NtThread t, in GuestExit exit)
    {
        ExceptionRecord record = ExceptionRecord.Create(NtStatus.StackBufferOverrun, exit.InstructionAddress, t.Cpu!.Registers.Rcx);
        record.ExceptionFlags = ExceptionRecord.NonContinuable;
        t.Cpu!.Registers.Rip = exit.InstructionAddress;
        if (DebugReports.IsHandled(t, record, firstChance: false))
        {
            return;
        }
        GuestContext context = default;
        ThreadContext.Capture(t.Cpu, GuestContext.All, ref context);
        context.Rip = exit.InstructionAddress;
        t.Process.EndByException(t, ref record, ref context, "the program asked for a fast fail");
    }

    /// <summary>
    /// Windows tells by the instruction what a general-protection fault is. Virtualisation and monitor instructions are invalid for user mode on a
    /// processor that no hypervisor of the user's has taken; KVM, and hypervisors below it, fault some of them so.
    /// </summary>
    private static ExceptionRecord GeneralProtection(NtThread t, ulong rip)
    {
        byte[] code = new byte[15];
        int length = 15;
        while (length > 0 && !t.Memory.TryRead(new GuestPointer(rip), code.AsSpan(0, length)))
        {
            length--;
        }
        if (length == 0)
        {
            return UnknownAddressViolation(rip);
        }
        Instruction instruction = Decoder.Create(64, new ByteArrayCodeReader(code, 0, length), rip).Decode();
        return instruction.Mnemonic switch
        {
            Mnemonic.Vmcall or Mnemonic.Vmmcall or Mnemonic.Vmrun or Mnemonic.Vmload or Mnemonic.Vmsave or Mnemonic.Stgi or Mnemonic.Clgi
                or Mnemonic.Skinit or Mnemonic.Invlpga or Mnemonic.Monitor or Mnemonic.Mwait => ExceptionRecord.Create(NtStatus.IllegalInstruction, rip),
            Mnemonic.In or Mnemonic.Out or Mnemonic.Insb or Mnemonic.Insw or Mnemonic.Insd or Mnemonic.Outsb or Mnemonic.Outsw or Mnemonic.Outsd
                or Mnemonic.Cli or Mnemonic.Sti => ExceptionRecord.Create(NtStatus.PrivilegedInstruction, rip),
            _ when !instruction.IsInvalid && instruction.IsPrivileged => ExceptionRecord.Create(NtStatus.PrivilegedInstruction, rip),
            _ => UnknownAddressViolation(rip),
        };
    }
}
