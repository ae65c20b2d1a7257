using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Memory;

/// <summary>MEMORY_REGION_INFORMATION of a 64-bit process: 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MemoryRegionInformation
{
    /// <summary>Start of the region.</summary>
    public ulong AllocationBase;

    /// <summary>PAGE_ protection it was made with.</summary>
    public uint AllocationProtect;

    /// <summary>Bit 0 private, 1 mapped data file, 2 mapped image, 3 mapped page file.</summary>
    public uint RegionType;

    /// <summary>Bytes.</summary>
    public ulong RegionSize;

    /// <summary>Committed bytes.</summary>
    public ulong CommitSize;

    /// <summary>Partition, 0.</summary>
    public ulong PartitionId;

    /// <summary>NUMA node, 0.</summary>
    public ulong NodePreference;
}
