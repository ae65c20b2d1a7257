namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    /// <summary>Describes the range of equal pages at an address; STATUS_INVALID_PARAMETER outside user space.</summary>
    public NtStatus Query(ulong address, out MemoryInformation information)
    {
        information = default;
        if (address >= RegionList.EndAddress)
        {
            return NtStatus.InvalidParameter;
        }
        ulong start = address & ~0xffful;
        lock (_lock)
        {
            information.BaseAddress = start;
            Region? region = _regions.Find(start);
            if (region is null)
            {
                information.RegionSize = _regions.NextUsed(start) - start;
                information.State = MemoryTypes.Free;
                information.Protect = PageProtection.NoAccess;
                return NtStatus.Success;
            }
            (uint protection, long end) = StateAt(region, region.PageOf(start));
            information.AllocationBase = region.Start;
            information.AllocationProtect = region.AllocationProtect;
            information.RegionSize = region.Start + ((ulong)end << 12) - start;
            information.State = protection != 0 ? MemoryTypes.Commit : MemoryTypes.Reserve;
            information.Protect = protection;
            information.Type = region.Type;
            return NtStatus.Success;
        }
    }

    /// <summary>The section that is mapped at an address, with the region's start and size; false where there is none.</summary>
    internal bool TryGetView(ulong address, out SectionObject? section, out ulong start, out ulong size)
    {
        lock (_lock)
        {
            Region? region = _regions.Find(address);
            section = region?.View?.Section;
            start = region?.Start ?? 0;
            size = region?.Size ?? 0;
            return section is not null;
        }
    }
}
