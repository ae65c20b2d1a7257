using PortableVirt.Cell.SystemCalls;

namespace PortableVirt.Cell.Filters;

/// <summary>
/// Makes a seccomp filter of a list of system calls: the architecture, then the number by halving, then the arguments. struct seccomp_data
/// (linux/seccomp.h): number at 0, architecture at 4, arguments of 8 bytes from 16 on.
/// </summary>
internal static class FilterCompiler
{
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ArgumentsOffset = 16;
    private const uint ArchitectureX64 = 0xC000_003E;

    /// <summary>Numbers from here on are those of the x32 calling convention.</summary>
    private const uint X32Bit = 0x4000_0000;

    /// <summary>Compiles a list.</summary>
    /// <param name="rules">Each call at most once.</param>
    /// <param name="other">The answer for all other calls of x86-64.</param>
    public static FilterInstruction[] Compile(IEnumerable<SystemCallRule> rules, CallAnswer other)
    {
        SystemCallRule[] sorted = [.. rules];
        Array.Sort(sorted, (a, b) => a.Call.CompareTo(b.Call));
        FilterAssembler code = new();
        int wrong = code.NewLabel();
        int unknown = code.NewLabel();
        int allowed = code.NewLabel();
        code.Load(ArchitectureOffset);
        code.JumpIfNotEqual(ArchitectureX64, wrong);
        code.Load(NumberOffset);
        code.JumpIfAtLeast(X32Bit, wrong);
        Find(code, sorted, allowed, unknown);
        code.Place(unknown);
        code.Return(other.Code);
        code.Place(allowed);
        code.Return(CallAnswer.Allow.Code);
        code.Place(wrong);
        code.Return(CallAnswer.Kill.Code);
        return code.Finish();
    }

    /// <summary>The number is loaded; goes to the rule's checks.</summary>
    private static void Find(FilterAssembler code, ReadOnlySpan<SystemCallRule> rules, int allowed, int unknown)
    {
        const int few = 3;
        if (rules.Length > few)
        {
            int half = rules.Length / 2;
            int upper = code.NewLabel();
            code.JumpIfAtLeast((uint)rules[half].Call, upper);
            Find(code, rules[..half], allowed, unknown);
            code.Place(upper);
            Find(code, rules[half..], allowed, unknown);
            return;
        }
        foreach (SystemCallRule rule in rules)
        {
            if (rule.Ways.Length == 0)
            {
                code.JumpIfEqual((uint)rule.Call, allowed);
                continue;
            }
            int next = code.NewLabel();
            code.JumpIfNotEqual((uint)rule.Call, next);
            foreach (ArgumentCheck[] way in rule.Ways)
            {
                int failed = code.NewLabel();
                foreach (ArgumentCheck check in way)
                {
                    Check(code, check, failed);
                }
                code.Jump(allowed);
                code.Place(failed);
            }
            code.Return(rule.Otherwise.Code);
            code.Place(next);
        }
        code.Jump(unknown);
    }

    /// <summary>Goes on when the check holds.</summary>
    private static void Check(FilterAssembler code, ArgumentCheck check, int failed)
    {
        uint low = ArgumentsOffset + (8 * (uint)check.Index);
        bool isWide = check.Mask > uint.MaxValue;
        int found = code.NewLabel();
        if (!isWide)
        {
            Load(code, low, (uint)check.Mask);
        }
        foreach (ulong value in check.Values)
        {
            int next = code.NewLabel();
            if (isWide)
            {
                Load(code, low + 4, (uint)(check.Mask >> 32));
                code.JumpIfNotEqual((uint)(value >> 32), next);
                Load(code, low, (uint)check.Mask);
            }
            code.JumpIfEqual((uint)value, found);
            code.Place(next);
        }
        if (check.MustBeOne)
        {
            code.Jump(failed);
            code.Place(found);
            return;
        }
        int absent = code.NewLabel();
        code.Jump(absent);
        code.Place(found);
        code.Jump(failed);
        code.Place(absent);
    }

    private static void Load(FilterAssembler code, uint offset, uint mask)
    {
        code.Load(offset);
        if (mask != uint.MaxValue)
        {
            code.And(mask);
        }
    }
}
