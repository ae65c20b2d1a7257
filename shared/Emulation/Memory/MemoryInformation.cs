using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Memory;

/// <summary>MEMORY_BASIC_INFORMATION of a 64-bit process: 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MemoryInformation
{
    /// <summary>First page of the range.</summary>
    public ulong BaseAddress;

    /// <summary>Start of the region, 0 for free space.</summary>
    public ulong AllocationBase;

    /// <summary>PAGE_ protection the region was made with.</summary>
    public uint AllocationProtect;

    /// <summary>Partition; always 0.</summary>
    public uint PartitionId;

    /// <summary>Bytes from BaseAddress on with the same state and protection.</summary>
    public ulong RegionSize;

    /// <summary>MEM_COMMIT, MEM_RESERVE or MEM_FREE.</summary>
    public uint State;

    /// <summary>PAGE_ protection of committed pages, PAGE_NOACCESS for free space, 0 for reserved.</summary>
    public uint Protect;

    /// <summary>MEM_PRIVATE, MEM_MAPPED, MEM_IMAGE, or 0 for free space.</summary>
    public uint Type;

    private readonly uint _padding;
}
