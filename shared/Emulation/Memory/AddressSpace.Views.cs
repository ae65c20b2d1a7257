namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    /// <summary>
    /// Maps a view as NtMapViewOfSection(Ex) does, for data sections. STATUS_CONFLICTING_ADDRESSES, STATUS_INVALID_VIEW_SIZE,
    /// STATUS_SECTION_PROTECTION, STATUS_NO_MEMORY.
    /// </summary>
    /// <param name="section">The section.</param>
    /// <param name="request">Where, MEM_ flags (MEM_RESERVE for views of SEC_RESERVE sections, and for views of files that may be larger than the section, MEM_TOP_DOWN, MEM_REPLACE_PLACEHOLDER) and protection; Size 0 = to the end.</param>
    /// <param name="offset">Byte offset, a multiple of 64 KiB.</param>
    /// <param name="address">Start of the view.</param>
    /// <param name="size">Size of the view in bytes.</param>
    public NtStatus MapView(SectionObject section, in AllocationRequest request, ulong offset, out ulong address, out ulong size)
    {
        address = 0;
        size = request.Size;
        if (!PageProtection.IsValid(request.Protection))
        {
            return NtStatus.InvalidPageProtection;
        }
        if (!AllowsView(section.Protection, request.Protection))
        {
            return NtStatus.SectionProtection;
        }
        ulong sectionEnd = RoundUp(section.Size);
        bool isReserved = section.AllowsReservedViews && (request.Type & MemoryTypes.Reserve) != 0 && !PageProtection.IsWriteCopy(request.Protection);
        if (offset >= sectionEnd || (isReserved ? size >= RegionList.EndAddress : size > sectionEnd - offset))
        {
            return NtStatus.InvalidViewSize;
        }
        size = size == 0 ? sectionEnd - offset : RoundUp(size);
        lock (_lock)
        {
            NtStatus status = PlaceView(request, size, out address, out Region? placeholder);
            if (!status.IsSuccess)
            {
                return status;
            }
            status = section.CreateView(offset, size, request.Protection, out SectionView? view);
            if (!status.IsSuccess)
            {
                return status;
            }
            if (placeholder is not null)
            {
                _regions.Remove(placeholder);
            }
            long pages = (long)(size >> 12);
            Region region = new(address, size, MemoryTypes.Mapped, request.Protection, new PageRuns(pages, request.Protection)) { View = view };
            _regions.Add(region);
            if (view!.SharesFrames)
            {
                section.Aliases?.Add(view, this, region);
            }
            if (section is FileSection && pages <= EagerPages)
            {
                Materialize(region, 0, Math.Min(pages, view!.AccessiblePages));
            }
            return NtStatus.Success;
        }
    }

    /// <summary>Maps an image with its sections' protections. STATUS_IMAGE_NOT_AT_BASE is a success: the program relocates.</summary>
    public NtStatus MapImage(ImageSection section, in AllocationRequest request, out ulong address, out ulong size)
    {
        address = 0;
        size = RoundUp(section.Layout.SizeOfImage);
        lock (_lock)
        {
            ulong wanted = request.Address != 0 ? request.Address & ~(RegionList.Granularity - 1) : section.Layout.ImageBase;
            bool free = wanted >= RegionList.LowestAddress && wanted < RegionList.EndAddress && size <= RegionList.EndAddress - wanted && _regions.IsFree(wanted, size);
            if (!free && request.Address != 0)
            {
                return NtStatus.ConflictingAddresses;
            }
            address = free ? wanted : _regions.FindFree(size, RegionList.Granularity, request.LowestAddress, request.Highest, topDown: true);
            if (address == 0)
            {
                return NtStatus.NoMemory;
            }
            NtStatus status = section.CreateView(0, size, PageProtection.ExecuteWriteCopy, out SectionView? view);
            if (!status.IsSuccess)
            {
                return status;
            }
            PageRuns pages = new((long)(size >> 12), PageProtection.ReadOnly);
            section.ApplyProtections(pages);
            Region region = new(address, size, MemoryTypes.Image, PageProtection.ExecuteWriteCopy, pages) { View = view };
            _regions.Add(region);
            if (view is ImageSectionView { IsMappedFromFile: true } mapped)
            {
                MaterializeImage(region, mapped);
            }
            return address == section.Layout.ImageBase ? NtStatus.Success : NtStatus.ImageNotAtBase;
        }
    }

    /// <summary>Unmaps the view that contains an address; STATUS_NOT_MAPPED_VIEW.</summary>
    public NtStatus UnmapView(ulong address, bool preservePlaceholder)
    {
        lock (_lock)
        {
            if (_regions.Find(address) is not { View: { } view } region)
            {
                return NtStatus.NotMappedView;
            }
            DropPages(region, 0, region.Pages.Count);
            _regions.Remove(region);
            view.Section.Aliases?.Remove(view);
            view.Release(_memory);
            if (preservePlaceholder)
            {
                AddPlaceholder(region.Start, region.Size);
            }
            return NtStatus.Success;
        }
    }

    private NtStatus PlaceView(in AllocationRequest request, ulong size, out ulong address, out Region? placeholder)
    {
        placeholder = null;
        address = request.Address;
        if ((request.Type & MemoryTypes.ReplacePlaceholder) != 0)
        {
            placeholder = _regions.Find(address);
            return placeholder is { IsPlaceholder: true } && placeholder.Start == address && placeholder.Size == size ? NtStatus.Success : NtStatus.ConflictingAddresses;
        }
        if (address == 0)
        {
            ulong alignment = Math.Max(request.Alignment, RegionList.Granularity);
            address = _regions.FindFree(size, alignment, request.LowestAddress, request.Highest, (request.Type & MemoryTypes.TopDown) != 0);
            return address != 0 ? NtStatus.Success : NtStatus.NoMemory;
        }
        if ((address & (RegionList.Granularity - 1)) != 0)
        {
            return NtStatus.MappedAlignment;
        }
        bool fits = address >= RegionList.LowestAddress && address < RegionList.EndAddress && size <= RegionList.EndAddress - address;
        return fits && _regions.IsFree(address, size) ? NtStatus.Success : NtStatus.ConflictingAddresses;
    }

    private static bool AllowsView(uint section, uint view)
    {
        const uint execute = PageProtection.Execute | PageProtection.ExecuteRead | PageProtection.ExecuteReadWrite | PageProtection.ExecuteWriteCopy;
        bool sectionWrites = (section & (PageProtection.ReadWrite | PageProtection.ExecuteReadWrite)) != 0;
        bool viewWrites = (view & (PageProtection.ReadWrite | PageProtection.ExecuteReadWrite)) != 0;
        return (!viewWrites || sectionWrites) && ((view & execute) == 0 || (section & execute) != 0);
    }
}
