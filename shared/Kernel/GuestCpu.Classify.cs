using System.Runtime.InteropServices;
using PortableVirt.Hypervisor;

namespace PortableVirt.Kernel;

/// <summary>What an exception means, where the kinds of KVM disagree: they are told apart by the bytes of the instruction.</summary>
public sealed partial class GuestCpu
{
    private const byte IntOpcode = 0xCD;
    private const byte IcebpOpcode = 0xF1;
    private const uint IdtErrorBit = 2;
    private const ulong TrapFlag = 0x100;

    private GuestExit ClassifyException(byte vector, uint errorCode)
    {
        ulong rip = Registers.Rip;
        Span<byte> code = stackalloc byte[2];
        switch (vector)
        {
            case Vectors.PageFault:
                return new GuestExit(GuestExitKind.Exception, Vector: vector, ErrorCode: errorCode, FaultAddress: Vcpu.SpecialRegisters.Cr2, InstructionAddress: rip);

            // int n: PVM raises #UD for it; hardware #GP with the gate's number where user mode may not use the gate.
            case Vectors.InvalidOpcode or Vectors.GeneralProtection when ReadCode(rip, code):
                bool interrupt = code[0] == IntOpcode
                    && (vector == Vectors.InvalidOpcode || errorCode == (((uint)code[1] << 3) | IdtErrorBit));
                if (interrupt)
                {
                    return SoftwareInterrupt(code[1], rip);
                }

                if (code is [0x0F, 0x34] && errorCode == 0)
                {
                    Registers.Rip = rip + 2;
                    return new GuestExit(GuestExitKind.Syscall, SyscallGate.Sysenter, vector, InstructionAddress: rip);
                }

                break;

            // icebp: PVM leaves the address at the instruction. With TF set it may as well be the next one of a single step.
            case Vectors.Debug when _isPvm && (Registers.RFlags & TrapFlag) == 0 && ReadCode(rip, code[..1]) && code[0] == IcebpOpcode:
                Registers.Rip = rip + 1;
                return new GuestExit(GuestExitKind.Exception, Vector: vector, InstructionAddress: rip);
            case Vectors.Breakpoint or Vectors.Overflow:
                int length = ReadCode(rip - 2, code) && code[0] == IntOpcode && code[1] == vector ? 2 : 1;
                return new GuestExit(GuestExitKind.Exception, Vector: vector, IsSoftwareInterrupt: true, InstructionAddress: rip - (ulong)length);
            case Vectors.FastFail or Vectors.Assertion or Vectors.DebugService or Vectors.SystemCall:
                return SoftwareInterrupt(vector, rip - 2);
            default:
                break;
        }

        return new GuestExit(GuestExitKind.Exception, Vector: vector, ErrorCode: errorCode, InstructionAddress: rip);
    }

    private GuestExit SoftwareInterrupt(byte vector, ulong instruction)
    {
        Registers.Rip = instruction + 2;
        return vector == Vectors.SystemCall
            ? new GuestExit(GuestExitKind.Syscall, SyscallGate.Int2E, vector, IsSoftwareInterrupt: true, InstructionAddress: instruction)
            : new GuestExit(GuestExitKind.Exception, Vector: vector, IsSoftwareInterrupt: true, InstructionAddress: instruction);
    }

    /// <summary>
    /// True when the frame was pushed at the target of <c>syscall</c> from compatibility mode on PVM. KVM's emulator cuts that address to 32 bits,
    /// which gives 0 (measured): a page that user mode must never have, since this is CPL0.
    /// </summary>
    private bool IsCompatibilitySyscall(in InterruptFrame frame) => _isPvm && frame.Rip == (KernelLayout.Gate & uint.MaxValue) && frame.Cs == SystemState.KernelCode;

    /// <summary>Reports such a <c>syscall</c> as Intel's processors do: an invalid instruction.</summary>
    private GuestExit CompatibilitySyscall(in InterruptFrame frame)
    {
        ref UserRegisters registers = ref Registers;
        registers.Rip = (uint)(registers.Rcx - 2);
        registers.RFlags = registers.R11;
        registers.Rsp = frame.Rsp;
        _codeSegment = SystemState.UserCode32;
        return new GuestExit(GuestExitKind.Exception, Vector: Vectors.InvalidOpcode, InstructionAddress: registers.Rip);
    }

    private bool TryReadUserStack(ulong address, out InterruptFrame frame)
    {
        frame = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref frame, 1));
        return ReadMemory(address, bytes, PageRights.Write);
    }

    /// <summary>The address of an I/O instruction of user code. PVM stops behind an OUT and at an IN.</summary>
    private ulong PortInstruction(ulong rip, in VcpuExit exit)
    {
        if (!exit.IsOutput)
        {
            return rip;
        }

        Span<byte> code = stackalloc byte[2];
        bool immediate = ReadCode(rip - 2, code) && code[0] is 0xE6 or 0xE7 && code[1] == (byte)exit.Port;
        return rip - (immediate ? 2UL : 1UL);
    }

    /// <summary>Reads instruction bytes as the processor would fetch them. False when a page is not there or not executable.</summary>
    private bool ReadCode(ulong address, Span<byte> code) => ReadMemory(address, code, PageRights.Execute);

    private bool ReadMemory(ulong address, Span<byte> bytes, PageRights rights)
    {
        for (int done = 0; done < bytes.Length;)
        {
            ulong at = address + (ulong)done;
            int here = (int)Math.Min((ulong)(bytes.Length - done), 0x1000 - (at & 0xFFF));
            ulong gpa = _root.Translate(at, rights);
            if (gpa == 0 || !_kernel.Vm.Memory.TryCopyFrom(gpa, bytes.Slice(done, here)))
            {
                return false;
            }

            done += here;
        }

        return true;
    }
}
