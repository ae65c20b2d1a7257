using System.Runtime.InteropServices;

namespace PortableVirt.Cell.Filters;

/// <summary>struct sock_filter of linux/filter.h: an instruction of the classic BPF machine that seccomp runs.</summary>
/// <param name="Code">Operation.</param>
/// <param name="JumpTrue">Instructions to skip when a comparison holds.</param>
/// <param name="JumpFalse">Instructions to skip when it does not.</param>
/// <param name="Operand">Constant, offset in struct seccomp_data, or instructions to skip.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Operand)
{
    /// <summary>BPF_LD | BPF_W | BPF_ABS.</summary>
    public const ushort Load = 0x20;

    /// <summary>BPF_ALU | BPF_AND | BPF_K.</summary>
    public const ushort And = 0x54;

    /// <summary>BPF_JMP | BPF_JA.</summary>
    public const ushort Jump = 0x05;

    /// <summary>BPF_JMP | BPF_JEQ | BPF_K.</summary>
    public const ushort JumpEqual = 0x15;

    /// <summary>BPF_JMP | BPF_JGE | BPF_K.</summary>
    public const ushort JumpGreaterOrEqual = 0x35;

    /// <summary>BPF_RET | BPF_K.</summary>
    public const ushort Return = 0x06;
}
