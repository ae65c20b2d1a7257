using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Memory;

/// <summary>MEM_EXTENDED_PARAMETER arrays of the allocation and mapping calls (16 bytes each: type in the low 8 bits, then the value).</summary>
internal static class ExtendedParameters
{
    private const int MaximumCount = 16;
    private const ulong AddressRequirements = 1;
    private const ulong NumaNode = 2;
    private const uint NoPreferredNode = uint.MaxValue;

    /// <summary>Applies the parameters; STATUS_INVALID_PARAMETER for unknown, repeated or inconsistent ones.</summary>
    public static NtStatus Apply(NtThread t, GuestPointer parameters, uint count, ref AllocationRequest request)
    {
        if (count == 0)
        {
            return NtStatus.Success;
        }
        if (count > MaximumCount || !t.Memory.TryReadArray(parameters, count * 2, MaximumCount * 2, out ulong[] values))
        {
            return count > MaximumCount ? NtStatus.InvalidParameter : NtStatus.AccessViolation;
        }
        ulong seen = 0;
        for (int i = 0; i < values.Length; i += 2)
        {
            ulong kind = values[i] & 0xff;
            if (kind is not (AddressRequirements or NumaNode) || (seen & (1ul << (int)kind)) != 0)
            {
                return NtStatus.InvalidParameter;
            }
            seen |= 1ul << (int)kind;
            if (kind == NumaNode)
            {
                // The guest has one node.
                if ((uint)values[i + 1] is not (0 or NoPreferredNode))
                {
                    return NtStatus.InvalidParameter;
                }
                continue;
            }
            if (!t.Memory.TryReadArray(new GuestPointer(values[i + 1]), 3, 3, out ulong[] requirements))
            {
                return NtStatus.AccessViolation;
            }
            (ulong lowest, ulong highest, ulong alignment) = (requirements[0], requirements[1], requirements[2]);
            bool aligned = (lowest & 0xffff) == 0 && (highest == 0 || (highest & 0xffff) == 0xffff);
            bool powerOfTwo = (alignment & (alignment - 1)) == 0 && (alignment == 0 || alignment >= RegionList.Granularity);
            if (!aligned || !powerOfTwo || (highest != 0 && highest <= lowest) || (request.Address != 0 && (lowest | highest | alignment) != 0))
            {
                return NtStatus.InvalidParameter;
            }
            request = request with { LowestAddress = lowest, HighestAddress = highest, Alignment = alignment };
        }
        return NtStatus.Success;
    }
}
