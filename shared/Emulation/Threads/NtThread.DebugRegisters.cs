using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Memory;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Threads;

/// <summary>Hardware breakpoints and watchpoints: CONTEXT_DEBUG_REGISTERS.</summary>
public sealed partial class NtThread
{
    // What a program may set of DR6 and DR7 on NT: the hit and step bits, and everything but the general-detect bit.
    private const ulong StatusBits = 0xe00f;
    private const ulong ControlBits = 0xffff_0355;
    private const ulong StepBit = 0x4000;
    private const ulong HitBits = 0xf;

    private DebugRegisters _debugRegisters;

    /// <summary>Fills the debug registers of a CONTEXT.</summary>
    internal void CaptureDebugRegisters(ref GuestContext context) => context.SetDebugRegisters(_debugRegisters);

    /// <summary>Takes the debug registers of a CONTEXT over. The thread stands still. An address that is not the program's is taken as 0.</summary>
    internal void ApplyDebugRegisters(in GuestContext context)
    {
        DebugRegisters given = context.GetDebugRegisters();
        DebugRegisters before = _debugRegisters;
        _debugRegisters = new DebugRegisters(Own(given.Dr0), Own(given.Dr1), Own(given.Dr2), Own(given.Dr3), given.Dr6 & StatusBits, given.Dr7 & ControlBits);
        if (((before.Dr7 | _debugRegisters.Dr7) & DebugRegisters.Enabled) != 0)
        {
            Cpu!.SetDebugRegisters(_debugRegisters);
        }
    }

    /// <summary>A debug exception came: keeps why, for the debugger.</summary>
    internal void NoteDebugException()
    {
        bool armed = (_debugRegisters.Dr7 & DebugRegisters.Enabled) != 0;
        ulong hits = armed ? Cpu!.TakeDebugStatus() & StatusBits : 0;
        _debugRegisters = _debugRegisters with { Dr6 = (hits & HitBits) != 0 ? hits : StepBit };
    }

    private static ulong Own(ulong address) => address < RegionList.EndAddress ? address : 0;
}
