namespace PortableVirt.Hypervisor;

/// <summary>Where the windows of guest-physical memory lie; all in bytes, multiples of 2 MiB.</summary>
/// <param name="TableBase">Page tables and kernel pages, below the legacy holes under 4 GiB.</param>
/// <param name="TableBytes">Size of that window.</param>
/// <param name="RamBase">RAM.</param>
/// <param name="RamBytes">Size of that window.</param>
/// <param name="FileBase">File slots.</param>
/// <param name="FileBytes">Size of that window.</param>
internal sealed record MemoryLayout(ulong TableBase, ulong TableBytes, ulong RamBase, ulong RamBytes, ulong FileBase, ulong FileBytes)
{
    private const ulong Block = 2UL << 20;
    private const ulong Gib = 1UL << 30;

    /// <summary>Fits the wishes into the guest-physical address width.</summary>
    public static MemoryLayout For(VmOptions options, int physicalAddressBits)
    {
        ulong room = (1UL << Math.Clamp(physicalAddressBits, 34, 46)) - (4 * Gib);
        ulong ram = Math.Clamp(RoundUp(options.MaxRamBytes), Block, room / 2);
        ulong file = Math.Clamp(RoundUp(options.MaxFileBytes), Block, room - ram);
        ulong tables = Math.Clamp(RoundUp(options.MaxTableBytes), Block, 2 * Gib);
        return new MemoryLayout(16UL << 20, tables, 4 * Gib, ram, (4 * Gib) + ram, file);
    }

    private static ulong RoundUp(ulong bytes) => bytes > (1UL << 46) ? 1UL << 46 : (bytes + Block - 1) & ~(Block - 1);
}
