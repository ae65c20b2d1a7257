using System.Runtime.InteropServices;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>Which NT exception an unmasked x87 (#MF) or SSE (#XM) exception is: the first unmasked flag in NT's order.</summary>
internal static class FloatingPointFault
{
    /// <summary>Reads the flags and masks from the vCPU.</summary>
    public static NtStatus Classify(GuestCpu cpu, bool isSse)
    {
        byte[] state = new byte[cpu.XStateSize];
        cpu.SaveXState(state);
        uint flags;
        if (isSse)
        {
            uint mxcsr = MemoryMarshal.Read<uint>(state.AsSpan(24));
            flags = mxcsr & ~(mxcsr >> 7) & 0x3f;
        }
        else
        {
            uint control = MemoryMarshal.Read<ushort>(state);
            uint status = MemoryMarshal.Read<ushort>(state.AsSpan(2));
            flags = status & ~control & 0x3f;
            if ((flags & 1) != 0 && (status & 0x40) != 0)
            {
                return NtStatus.FloatStackCheck;
            }
        }
        return (flags & 0x01) != 0 ? NtStatus.FloatInvalidOperation
            : (flags & 0x04) != 0 ? NtStatus.FloatDivideByZero
            : (flags & 0x08) != 0 ? NtStatus.FloatOverflow
            : (flags & 0x10) != 0 ? NtStatus.FloatUnderflow
            : (flags & 0x02) != 0 ? NtStatus.FloatDenormalOperand
            : NtStatus.FloatInexactResult;
    }
}
