using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>Bytes between RSP at a system-call instruction and the fifth argument: return address and four home slots.</summary>
    private const int StackArgumentOffset = 0x28;

    /// <summary>The vCPU that the thread runs on; null before it starts and after it has ended.</summary>
    public GuestCpu? Cpu { get; internal set; }

    /// <summary>Argument 0 to 3 of the system call that the thread is in: R10, RDX, R8, R9 (the NT convention on x64).</summary>
    public ulong GetRegisterArgument(int index)
    {
        ref UserRegisters registers = ref CallRegisters;
        return index switch
        {
            0 => registers.R10,
            1 => registers.Rdx,
            2 => registers.R8,
            3 => registers.R9,
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };
    }

    /// <summary>Reads the arguments from the fifth on; false when the guest's stack pointer does not lead to readable memory.</summary>
    public bool TryReadStackArguments(Span<ulong> target) =>
        Memory.TryRead(new GuestPointer(CallRegisters.Rsp) + StackArgumentOffset, MemoryMarshal.AsBytes(target));
}
