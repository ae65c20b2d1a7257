using PortableVirt.Cell.Filters;

namespace PortableVirt.Cell.Tests;

/// <summary>Runs a seccomp filter as the kernel does: the part of the classic BPF machine that our filters use.</summary>
internal static class FilterMachine
{
    public const uint ArchitectureX64 = 0xC000_003E;

    /// <summary>The filter's answer for a call.</summary>
    public static uint Run(FilterInstruction[] filter, int number, ulong[] arguments, uint architecture = ArchitectureX64)
    {
        uint accumulator = 0;
        for (int at = 0; at < filter.Length; at++)
        {
            FilterInstruction instruction = filter[at];
            switch (instruction.Code)
            {
                case FilterInstruction.Load:
                    accumulator = Word(instruction.Operand, number, arguments, architecture);
                    break;
                case FilterInstruction.And:
                    accumulator &= instruction.Operand;
                    break;
                case FilterInstruction.Jump:
                    at += (int)instruction.Operand;
                    break;
                case FilterInstruction.JumpEqual:
                    at += accumulator == instruction.Operand ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case FilterInstruction.JumpGreaterOrEqual:
                    at += accumulator >= instruction.Operand ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case FilterInstruction.Return:
                    return instruction.Operand;
                default:
                    throw new InvalidOperationException($"instruction {at} has the operation {instruction.Code:x}");
            }
        }
        throw new InvalidOperationException("the filter runs out of its end");
    }

    private static uint Word(uint offset, int number, ulong[] arguments, uint architecture) => offset switch
    {
        0 => (uint)number,
        4 => architecture,
        >= 16 and < 64 when offset % 4 == 0 => (uint)(arguments[(offset - 16) / 8] >> ((offset & 4) != 0 ? 32 : 0)),
        _ => throw new InvalidOperationException($"the filter reads at {offset}"),
    };
}
