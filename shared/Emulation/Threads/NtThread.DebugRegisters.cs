using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Memory;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Threads;

/// <summary>Hardware breakpoints and watchpoints: CONTEXT_DEBUG_REGISTERS.</summary>
public sealed partial class NtThread
{
    // What a program may set of DR6 and DR7 on NT: the hit and step bits, and everything but the general-detect bit.
    private const ulong StatusBits = 0xe00f;
    private const ulong ControlBits = 0xffff_0355;
    private const ulong StepBit = 0x4000;
    private const ulong HitBits = 0xf;

    private const ulong TrapFlag = 0x100;

    private DebugRegisters _debugRegisters;
    private BreakpointEmulator? _breakpoints;
    private ulong _hits;

    /// <summary>Fills the debug registers of a CONTEXT.</summary>
    internal void CaptureDebugRegisters(ref GuestContext context) => context.SetDebugRegisters(_debugRegisters);

    /// <summary>Takes the debug registers of a CONTEXT over. The thread stands still. An address that is not the program's is taken as 0.</summary>
    internal void ApplyDebugRegisters(in GuestContext context)
    {
        DebugRegisters given = context.GetDebugRegisters();
        DebugRegisters before = _debugRegisters;
        _debugRegisters = new DebugRegisters(Own(given.Dr0), Own(given.Dr1), Own(given.Dr2), Own(given.Dr3), given.Dr6 & StatusBits, given.Dr7 & ControlBits);
        if (((before.Dr7 | _debugRegisters.Dr7) & DebugRegisters.Enabled) == 0)
        {
            return;
        }
        if (Cpu!.AppliesDebugRegisters)
        {
            Cpu.SetDebugRegisters(_debugRegisters);
        }
        else
        {
            _breakpoints = (_debugRegisters.Dr7 & DebugRegisters.Enabled) != 0 ? new BreakpointEmulator(this, _debugRegisters) : null;
        }
    }

    /// <summary>A debug exception came: keeps why, for the debugger.</summary>
    internal void NoteDebugException()
    {
        bool armed = (_debugRegisters.Dr7 & DebugRegisters.Enabled) != 0;
        ulong hits = !armed ? 0 : _breakpoints is not null ? _hits : Cpu!.TakeDebugStatus() & StatusBits;
        _debugRegisters = _debugRegisters with { Dr6 = (hits & HitBits) != 0 ? hits : StepBit };
    }

    /// <summary>Runs one instruction under the emulated debug registers and deals with what comes of it.</summary>
    private void RunWatched(GuestCpu cpu, BreakpointEmulator breakpoints)
    {
        if (breakpoints.TakeExecuteHits() is not 0 and ulong at)
        {
            _debugRegisters = _debugRegisters with { Dr6 = at };
            ExceptionRecord record = ExceptionRecord.Create(NtStatus.SingleStep, cpu.Registers.Rip);
            ExceptionDelivery.Raise(this, ref record);
            return;
        }
        _hits = breakpoints.PredictDataHits();
        bool steps = (cpu.Registers.RFlags & TrapFlag) != 0;
        cpu.Registers.RFlags |= TrapFlag;
        GuestExit exit = RunGuest(cpu);
        if (!steps)
        {
            cpu.Registers.RFlags &= ~TrapFlag;
            if (exit.Kind == GuestExitKind.Syscall)
            {
                // The processor has copied the flags there.
                cpu.Registers.R11 &= ~TrapFlag;
            }
        }
        if (exit is { Kind: GuestExitKind.Exception, Vector: Vectors.Debug, IsSoftwareInterrupt: false } && _hits == 0 && !steps)
        {
            Executive.SharedData.Gate?.Settle(this, ref cpu.Registers);
            return;
        }
        Dispatch(cpu, exit);
    }

    private static ulong Own(ulong address) => address < RegionList.EndAddress ? address : 0;
}
