using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>CONTEXT of an x64 thread: 0x4d0 bytes (winnt.h).</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public unsafe struct GuestContext
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 0x4d0;

    /// <summary>CONTEXT_AMD64.</summary>
    public const uint Amd64 = 0x100000;

    /// <summary>CONTEXT_CONTROL: Rip, Rsp, EFlags, SegCs, SegSs.</summary>
    public const uint Control = Amd64 | 1;

    /// <summary>CONTEXT_INTEGER.</summary>
    public const uint Integer = Amd64 | 2;

    /// <summary>CONTEXT_SEGMENTS.</summary>
    public const uint Segments = Amd64 | 4;

    /// <summary>CONTEXT_FLOATING_POINT.</summary>
    public const uint FloatingPoint = Amd64 | 8;

    /// <summary>CONTEXT_DEBUG_REGISTERS.</summary>
    public const uint DebugRegisters = Amd64 | 0x10;

    /// <summary>CONTEXT_XSTATE: an XSTATE area, which CONTEXT_EX behind the context leads to.</summary>
    public const uint XState = Amd64 | 0x40;

    /// <summary>CONTEXT_FULL with the segments.</summary>
    public const uint All = Control | Integer | Segments | FloatingPoint;

    /// <summary>Which parts are valid.</summary>
    [FieldOffset(0x30)] public uint ContextFlags;

    /// <summary>SSE control and status.</summary>
    [FieldOffset(0x34)] public uint MxCsr;

    /// <summary>Code segment.</summary>
    [FieldOffset(0x38)] public ushort SegCs;

    /// <summary>Data segment.</summary>
    [FieldOffset(0x3a)] public ushort SegDs;

    /// <summary>Data segment.</summary>
    [FieldOffset(0x3c)] public ushort SegEs;

    /// <summary>Segment of the 32-bit TEB.</summary>
    [FieldOffset(0x3e)] public ushort SegFs;

    /// <summary>Segment of the TEB.</summary>
    [FieldOffset(0x40)] public ushort SegGs;

    /// <summary>Stack segment.</summary>
    [FieldOffset(0x42)] public ushort SegSs;

    /// <summary>Flags.</summary>
    [FieldOffset(0x44)] public uint EFlags;

    /// <summary>Debug registers 0 to 3, 6, 7.</summary>
    [FieldOffset(0x48)] public fixed ulong Dr[6];

    /// <summary>Register.</summary>
    [FieldOffset(0x78)] public ulong Rax;

    /// <summary>Register.</summary>
    [FieldOffset(0x80)] public ulong Rcx;

    /// <summary>Register.</summary>
    [FieldOffset(0x88)] public ulong Rdx;

    /// <summary>Register.</summary>
    [FieldOffset(0x90)] public ulong Rbx;

    /// <summary>Register.</summary>
    [FieldOffset(0x98)] public ulong Rsp;

    /// <summary>Register.</summary>
    [FieldOffset(0xa0)] public ulong Rbp;

    /// <summary>Register.</summary>
    [FieldOffset(0xa8)] public ulong Rsi;

    /// <summary>Register.</summary>
    [FieldOffset(0xb0)] public ulong Rdi;

    /// <summary>Register.</summary>
    [FieldOffset(0xb8)] public ulong R8;

    /// <summary>Register.</summary>
    [FieldOffset(0xc0)] public ulong R9;

    /// <summary>Register.</summary>
    [FieldOffset(0xc8)] public ulong R10;

    /// <summary>Register.</summary>
    [FieldOffset(0xd0)] public ulong R11;

    /// <summary>Register.</summary>
    [FieldOffset(0xd8)] public ulong R12;

    /// <summary>Register.</summary>
    [FieldOffset(0xe0)] public ulong R13;

    /// <summary>Register.</summary>
    [FieldOffset(0xe8)] public ulong R14;

    /// <summary>Register.</summary>
    [FieldOffset(0xf0)] public ulong R15;

    /// <summary>Instruction pointer.</summary>
    [FieldOffset(0xf8)] public ulong Rip;

    /// <summary>FXSAVE area.</summary>
    [FieldOffset(0x100)] public fixed byte FloatingState[512];

    /// <summary>True when the flags name the debug registers.</summary>
    public readonly bool HasDebugRegisters => (ContextFlags & DebugRegisters) == DebugRegisters;

    /// <summary>The debug registers.</summary>
    public readonly Hypervisor.DebugRegisters GetDebugRegisters() => new(Dr[0], Dr[1], Dr[2], Dr[3], Dr[4], Dr[5]);

    /// <summary>Sets the debug registers.</summary>
    public void SetDebugRegisters(in Hypervisor.DebugRegisters value)
    {
        (Dr[0], Dr[1], Dr[2], Dr[3]) = (value.Dr0, value.Dr1, value.Dr2, value.Dr3);
        (Dr[4], Dr[5]) = (value.Dr6, value.Dr7);
    }

    /// <summary>x87 control word 0x27f, MXCSR 0x1f80: what a Windows thread starts with.</summary>
    public void SetInitialFloatingState()
    {
        FloatingState[0] = 0x7f;
        FloatingState[1] = 0x02;
        FloatingState[24] = 0x80;
        FloatingState[25] = 0x1f;
        FloatingState[28] = 0xff;
        FloatingState[29] = 0xff;
    }
}
