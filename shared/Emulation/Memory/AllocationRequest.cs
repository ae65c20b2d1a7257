namespace PortableVirt.Emulation.Memory;

/// <summary>Where a new region may lie and how it is made.</summary>
public readonly record struct AllocationRequest
{
    /// <summary>Wanted address, or 0 for any.</summary>
    public ulong Address { get; init; }

    /// <summary>Bytes wanted.</summary>
    public ulong Size { get; init; }

    /// <summary>MEM_ flags.</summary>
    public uint Type { get; init; }

    /// <summary>PAGE_ protection.</summary>
    public uint Protection { get; init; }

    /// <summary>Lowest address allowed, or 0.</summary>
    public ulong LowestAddress { get; init; }

    /// <summary>Highest byte allowed (inclusive), or 0 for no limit.</summary>
    public ulong HighestAddress { get; init; }

    /// <summary>Alignment, a power of two of at least 64 KiB, or 0.</summary>
    public ulong Alignment { get; init; }

    /// <summary>The inclusive upper bound that applies.</summary>
    public ulong Highest => HighestAddress == 0 ? RegionList.EndAddress - 1 : HighestAddress;
}
