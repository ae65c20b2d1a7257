using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>How much memory the process uses.</summary>
public sealed partial class AddressSpace
{
    private const int ShareCountBit = 1 << 5;
    private const int SharedBit = 1 << 8;

    private ulong _peakVirtualSize;
    private ulong _peakCommitted;
    private long _residentPages;
    private long _peakResidentPages;
    private uint _faults;

    /// <summary>The figures now.</summary>
    internal MemoryUsage Usage
    {
        get
        {
            lock (_lock)
            {
                ulong size = VirtualSize;
                _peakVirtualSize = Math.Max(_peakVirtualSize, size);
                return new MemoryUsage(_peakVirtualSize, size, _faults, (ulong)_peakResidentPages << 12, (ulong)_residentPages << 12, _peakCommitted, CommittedBytes);
            }
        }
    }

    /// <summary>
    /// PSAPI_WORKING_SET_BLOCK of every page that has a frame: the page's address with its protection in bits 0 to 4, share count in 5 to 7,
    /// shared in bit 8. At most <paramref name="limit"/> entries; the result is how many there are.
    /// </summary>
    internal ulong ListWorkingSet(List<ulong> entries, ulong limit)
    {
        ulong count = 0;
        lock (_lock)
        {
            foreach (Region region in _regions.All)
            {
                ulong shared = region.View is null ? 0ul : ShareCountBit | SharedBit;
                ForEachEntry(region, 0, region.Pages.Count, (ref ulong entry, long page) =>
                {
                    if (PageEntry.IsPresent(entry) && ++count <= limit)
                    {
                        entries.Add((region.Start + ((ulong)page << 12)) | WorkingSetProtection(region.Pages[page]) | shared);
                    }
                });
            }
        }
        return count;
    }

    private void CountResident(long pages)
    {
        _residentPages += pages;
        _peakResidentPages = Math.Max(_peakResidentPages, _residentPages);
    }

    /// <summary>The five-bit protection code of a working-set block (documented with PSAPI_WORKING_SET_BLOCK).</summary>
    private static ulong WorkingSetProtection(uint protection) => (protection & PageProtection.AccessMask) switch
    {
        PageProtection.ReadOnly => 1,
        PageProtection.Execute => 2,
        PageProtection.ExecuteRead => 3,
        PageProtection.ReadWrite => 4,
        PageProtection.WriteCopy => 5,
        PageProtection.ExecuteReadWrite => 6,
        PageProtection.ExecuteWriteCopy => 7,
        _ => 0,
    };
}
