using PortableVirt.Hypervisor;

namespace PortableVirt.Kernel;

/// <summary>The way into user mode.</summary>
public sealed partial class GuestCpu
{
    /// <summary>Enters user mode with <see cref="Registers"/> and returns at the next event that the host must handle.</summary>
    public GuestExit Run()
    {
        if (IsBroken)
        {
            return new GuestExit(GuestExitKind.InternalError);
        }

        // A non-canonical address cannot be entered: the processor would fault in the kernel's stub instead of in user mode.
        ulong rip = Registers.Rip;
        if (!IsCanonical(rip))
        {
            Counters.Exceptions++;
            return new GuestExit(GuestExitKind.Exception, Vector: Vectors.GeneralProtection, InstructionAddress: rip);
        }

        Enter();
        VcpuExit exit = Vcpu.Run();

        // A kick between the raising and the delivery of an exception: setting registers now would lose it (a breakpoint's for ever). It comes first.
        if (exit is { Reason: VcpuExitReason.Kick, Detail: 0 } && Vcpu.SpecialRegisters.Ss.Dpl == 3 && !Vcpu.IsAtBoundary)
        {
            exit = Vcpu.RunToBoundary(_kernel.Barrier);
            if (exit.Reason != VcpuExitReason.Kick)
            {
                Vcpu.DeferKick();
            }
        }

        Counters.Runs = Vcpu.RunCount;
        GuestExit result = Normalize(exit);
        Count(result);
        return result;
    }

    private static bool IsCanonical(ulong address) => (ulong)((long)(address << 16) >> 16) == address;

    /// <summary>Turns the user-mode state into the one that the virtual processor must have to get there from where it stands.</summary>
    private void Enter()
    {
        ref UserRegisters registers = ref Registers;
        registers.RFlags = (registers.RFlags & UserFlags) | FixedFlags;
        Vcpu.Dirty |= KvmSyncRegs.Regs;
        if (!_atCpl0 || _isPvm)
        {
            // Writing segments is cheaper than an interpreted iretq on PVM (measured).
            ref KvmSregs sregs = ref Vcpu.SpecialRegisters;
            if (_atCpl0 || sregs.Cs.Selector != _codeSegment)
            {
                sregs.Cs = KvmSegment.UserCode(_codeSegment);
                sregs.Ss = KvmSegment.UserData(SystemState.UserData);
                Vcpu.Dirty |= KvmSyncRegs.Sregs;
            }
        }
        else if (registers.Rcx == registers.Rip && registers.R11 == registers.RFlags && _codeSegment == SystemState.UserCode64)
        {
            registers.Rip = KernelLayout.Gate + KernelLayout.OutSize;
            registers.RFlags = FixedFlags & ~0x200UL;
        }
        else
        {
            _page.UserFrame = new InterruptFrame
            {
                Rip = registers.Rip,
                Cs = _codeSegment,
                RFlags = registers.RFlags,
                Rsp = registers.Rsp,
                Ss = SystemState.UserData,
            };
            registers.Rsp = _page.UserFrameAddress;
            registers.Rip = KernelLayout.Stubs + KernelLayout.OutSize;
            registers.RFlags = FixedFlags & ~0x200UL;
        }
    }

    private void Count(in GuestExit exit)
    {
        switch (exit.Kind)
        {
            case GuestExitKind.Syscall:
                Counters.Syscalls++;
                break;
            case GuestExitKind.Exception when exit.Vector == Vectors.PageFault:
                Counters.PageFaults++;
                break;
            case GuestExitKind.Exception:
                Counters.Exceptions++;
                break;
            case GuestExitKind.Kick:
                Counters.Kicks++;
                break;
            default:
                Counters.Others++;
                break;
        }
    }
}
