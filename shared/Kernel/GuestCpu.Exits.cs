using PortableVirt.Hypervisor;

namespace PortableVirt.Kernel;

/// <summary>The way out: whatever KVM reports becomes the user-mode state and one <see cref="GuestExit"/>.</summary>
public sealed partial class GuestCpu
{
    private GuestExit Normalize(in VcpuExit exit)
    {
        _atCpl0 = Vcpu.SpecialRegisters.Ss.Dpl == 0;
        if (!_atCpl0)
        {
            _codeSegment = Vcpu.SpecialRegisters.Cs.Selector == SystemState.UserCode32 ? SystemState.UserCode32 : SystemState.UserCode64;
        }

        return exit.Reason switch
        {
            VcpuExitReason.Io => NormalizeIo(exit),
            VcpuExitReason.Kick => NormalizeKick(),
            VcpuExitReason.MemoryFault when !_atCpl0 =>
                new GuestExit(GuestExitKind.MemoryFault, FaultAddress: exit.Address, InstructionAddress: Registers.Rip),
            _ => Fail(Describe(exit)),
        };
    }

    private GuestExit NormalizeIo(in VcpuExit exit)
    {
        ulong rip = Registers.Rip;
        if (rip - KernelLayout.Gate <= KernelLayout.OutSize && exit.IsOutput && exit.Port == KernelLayout.GatePort)
        {
            return Syscall();
        }

        if (!_atCpl0)
        {
            return StrayPort(exit);
        }

        ulong offset = rip - KernelLayout.Stubs;
        if (offset < 256 * KernelLayout.StubSize && exit.IsOutput && exit.Port == offset / KernelLayout.StubSize)
        {
            return Exception((byte)exit.Port);
        }

        return Fail(Describe(exit));
    }

    /// <summary>A kick may land anywhere, also in a stub. There the event that is on its way is reported first, and the kick stays for the next run.</summary>
    private GuestExit NormalizeKick()
    {
        ref UserRegisters registers = ref Registers;
        ulong rip = registers.Rip;
        if (rip == KernelLayout.Gate)
        {
            Vcpu.DeferKick();
            return Syscall();
        }

        if (!_atCpl0)
        {
            return new GuestExit(GuestExitKind.Kick);
        }

        if (rip == KernelLayout.Gate + KernelLayout.OutSize)
        {
            registers.Rip = registers.Rcx;
            registers.RFlags = registers.R11;
            _codeSegment = SystemState.UserCode64;
            return new GuestExit(GuestExitKind.Kick);
        }

        ulong offset = rip - KernelLayout.Stubs;
        switch (offset % KernelLayout.StubSize)
        {
            case 0 when offset < 256 * KernelLayout.StubSize:
                Vcpu.DeferKick();
                return Exception((byte)(offset / KernelLayout.StubSize));
            case KernelLayout.OutSize when offset < 256 * KernelLayout.StubSize && _page.TryReadFrame(registers.Rsp, false, out InterruptFrame frame, out _):
                Load(frame);
                return new GuestExit(GuestExitKind.Kick);
            default:
                return Fail($"A kick found the virtual processor at CPL0, address 0x{rip:x}.");
        }
    }

    private GuestExit Syscall()
    {
        ref UserRegisters registers = ref Registers;
        registers.Rip = registers.Rcx;
        registers.RFlags = registers.R11;
        _codeSegment = SystemState.UserCode64;
        return new GuestExit(GuestExitKind.Syscall, SyscallGate.Syscall, InstructionAddress: registers.Rcx - 2);
    }

    private GuestExit Exception(byte vector)
    {
        if (!_page.TryReadFrame(Registers.Rsp, Vectors.HasErrorCode(vector), out InterruptFrame frame, out uint errorCode))
        {
            if (vector == Vectors.PageFault && TryReadUserStack(Registers.Rsp + 8, out frame) && IsCompatibilitySyscall(frame))
            {
                return CompatibilitySyscall(frame);
            }

            return Fail($"Exception {vector} came without a frame (stack 0x{Registers.Rsp:x}).");
        }

        if ((frame.Cs & 3) != 3)
        {
            // A single-step trap that was held back over the syscall instruction: the system call is what counts.
            if (vector == Vectors.Debug && frame.Rip == KernelLayout.Gate)
            {
                return Syscall();
            }

            if (IsCompatibilitySyscall(frame))
            {
                return CompatibilitySyscall(frame);
            }

            return Fail($"Exception {vector}, error code 0x{errorCode:x}, at CPL0, address 0x{frame.Rip:x}.");
        }

        Load(frame);
        return ClassifyException(vector, errorCode);
    }

    private void Load(in InterruptFrame frame)
    {
        ref UserRegisters registers = ref Registers;
        registers.Rip = frame.Rip;
        registers.Rsp = frame.Rsp;
        registers.RFlags = frame.RFlags;
        _codeSegment = (ushort)frame.Cs == SystemState.UserCode32 ? SystemState.UserCode32 : SystemState.UserCode64;
    }

    private GuestExit StrayPort(in VcpuExit exit)
    {
        // KVM may still have to store the result of an IN, or repeat: let it, then take the registers back.
        UserRegisters registers = Registers;
        _kernel.Barrier();
        Vcpu.CompleteIo();
        registers.Rip = PortInstruction(registers.Rip, exit);
        Registers = registers;
        return new GuestExit(GuestExitKind.StrayPort, ErrorCode: exit.Port, InstructionAddress: registers.Rip);
    }

    private GuestExit Fail(string text)
    {
        InternalErrorText = text;
        return new GuestExit(GuestExitKind.InternalError);
    }

    private string Describe(in VcpuExit exit) => exit.Reason switch
    {
        VcpuExitReason.Mmio => $"A page-table entry leads to guest-physical address 0x{exit.Address:x}, where there is no memory (RIP 0x{Registers.Rip:x}).",
        VcpuExitReason.Shutdown => $"Triple fault (RIP 0x{Registers.Rip:x}).",
        VcpuExitReason.InternalError => $"KVM internal error {exit.Detail} (RIP 0x{Registers.Rip:x}).",
        VcpuExitReason.FailEntry => $"The processor refused the guest's state, reason 0x{exit.Detail:x}.",
        VcpuExitReason.CallFailed => $"KVM_RUN failed with errno {exit.Detail}.",
        VcpuExitReason.MemoryFault => $"Kernel memory of the guest is gone (guest-physical address 0x{exit.Address:x}).",
        VcpuExitReason.Io => $"Port 0x{exit.Port:x} was used at CPL0, address 0x{Registers.Rip:x}.",
        _ => $"Unexpected exit {exit.Reason}, {exit.Detail} (RIP 0x{Registers.Rip:x}).",
    };
}
