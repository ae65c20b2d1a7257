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

    /// <summary>Describes the whole region at an address; STATUS_INVALID_ADDRESS for free space.</summary>
    internal NtStatus DescribeRegion(ulong address, out MemoryRegionInformation information)
    {
        information = default;
        lock (_lock)
        {
            if (_regions.Find(address) is not { } region)
            {
                return NtStatus.InvalidAddress;
            }
            information.AllocationBase = region.Start;
            information.AllocationProtect = region.AllocationProtect;
            information.RegionSize = region.Size;
            information.CommitSize = CommittedIn(region, 0, region.Pages.Count);
            information.RegionType = region.View?.Section switch
            {
                null => 1,
                ImageSection => 4,
                PageFileSection => 8,
                _ => 2,
            };
            return NtStatus.Success;
        }
    }

    /// <summary>PSAPI_WORKING_SET_EX_BLOCK of a page: bit 0 valid, bits 1-3 share count, bits 4-14 protection, bit 15 shared.</summary>
    internal ulong DescribePage(ulong address)
    {
        lock (_lock)
        {
            if (address >= RegionList.EndAddress || _regions.Find(address) is not { } region || !Hypervisor.PageEntry.IsPresent(Tables.GetEntry(address)))
            {
                return 0;
            }
            ulong protection = StateAt(region, region.PageOf(address)).Protection & 0x7ff;
            return region.View is null ? 1 | (protection << 4) : 1 | (1 << 1) | (protection << 4) | (1 << 15);
        }
    }

    /// <summary>Maps a file read-only into the process, for NLS data, and closes it. STATUS_OBJECT_NAME_NOT_FOUND when there is none.</summary>
    /// <param name="file">The file, or null.</param>
    /// <param name="name">Its name in the system library's nls folder; null for a file from elsewhere.</param>
    /// <param name="address">Where it is mapped.</param>
    /// <param name="size">Its bytes.</param>
    internal NtStatus MapReadOnlyData(Analysis.Pe.FileExtent? file, string? name, out ulong address, out ulong size)
    {
        address = size = 0;
        if (file is null)
        {
            return NtStatus.ObjectNameNotFound;
        }
        if (OpenReadOnlyData(file, name) is not { } section)
        {
            return NtStatus.MappedFileSizeZero;
        }
        size = section.Size;
        NtStatus status = MapView(section, new AllocationRequest { Protection = PageProtection.ReadOnly }, 0, out address, out _);
        section.DropHandles();
        return status;
    }

    /// <summary>A section over such a file, which owns it and which the caller drops; null, with the file closed, when it is empty.</summary>
    internal FileSection? OpenReadOnlyData(Analysis.Pe.FileExtent file, string? name)
    {
        if (file.Length == 0)
        {
            file.Dispose();
            return null;
        }
        return new FileSection(_memory, file, (ulong)file.Length, MemoryTypes.SectionCommit, PageProtection.ReadOnly) { NlsName = name };
    }
}
