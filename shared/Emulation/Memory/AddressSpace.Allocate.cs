namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    private const ulong HugePage = 2 << 20;
    private const uint KnownTypes = MemoryTypes.Commit | MemoryTypes.Reserve | MemoryTypes.ReplacePlaceholder | MemoryTypes.ReservePlaceholder
        | MemoryTypes.Reset | MemoryTypes.TopDown | MemoryTypes.WriteWatch | MemoryTypes.ResetUndo;

    /// <summary>
    /// Reserves and commits private memory as NtAllocateVirtualMemory(Ex) does. On success <paramref name="address"/> and
    /// <paramref name="size"/> are what was really taken: whole pages, reservations from a multiple of 64 KiB.
    /// </summary>
    public NtStatus Allocate(in AllocationRequest request, out ulong address, out ulong size)
    {
        address = size = 0;
        uint type = request.Type;
        if ((type & ~KnownTypes) != 0 || (type & (MemoryTypes.Commit | MemoryTypes.Reserve | MemoryTypes.Reset | MemoryTypes.ResetUndo)) == 0)
        {
            return NtStatus.InvalidParameter5;
        }
        if ((type & (MemoryTypes.Reset | MemoryTypes.ResetUndo)) != 0 && (type & (MemoryTypes.Commit | MemoryTypes.Reserve)) != 0)
        {
            return NtStatus.InvalidParameter5;
        }
        if (!PageProtection.IsValid(request.Protection) || PageProtection.IsWriteCopy(request.Protection))
        {
            return NtStatus.InvalidPageProtection;
        }
        if (request.Size == 0 || request.Size > RegionList.EndAddress || request.Address >= RegionList.EndAddress)
        {
            return request.Size == 0 || request.Size > RegionList.EndAddress ? NtStatus.InvalidParameter4 : NtStatus.InvalidParameter2;
        }
        bool placeholder = (type & MemoryTypes.ReservePlaceholder) != 0;
        if (placeholder && ((type & (MemoryTypes.Commit | MemoryTypes.ReplacePlaceholder)) != 0 || (type & MemoryTypes.Reserve) == 0 || request.Protection != PageProtection.NoAccess))
        {
            return NtStatus.InvalidParameter;
        }
        lock (_lock)
        {
            if ((type & MemoryTypes.ReplacePlaceholder) != 0)
            {
                return ReplacePlaceholder(request, out address, out size);
            }
            return (type & MemoryTypes.Reserve) != 0 || request.Address == 0
                ? Reserve(request, placeholder, out address, out size)
                : CommitOrReset(request, out address, out size);
        }
    }

    private NtStatus Reserve(in AllocationRequest request, bool placeholder, out ulong address, out ulong size)
    {
        bool commit = (request.Type & MemoryTypes.Commit) != 0;
        ulong end = RoundUp(request.Address + request.Size);
        address = request.Address & ~(RegionList.Granularity - 1);
        size = request.Address == 0 ? RoundUp(request.Size) : end - address;
        if (request.Address == 0)
        {
            ulong alignment = Math.Max(request.Alignment, RegionList.Granularity);
            bool topDown = (request.Type & MemoryTypes.TopDown) != 0;

            // Big memory starts where a huge page of the host can start.
            address = size < HugePage ? 0 : _regions.FindFree(size, Math.Max(alignment, HugePage), request.LowestAddress, request.Highest, topDown);
            address = address != 0 ? address : _regions.FindFree(size, alignment, request.LowestAddress, request.Highest, topDown);
            if (address == 0)
            {
                return NtStatus.NoMemory;
            }
        }
        else if (address < RegionList.LowestAddress || end > RegionList.EndAddress || !_regions.IsFree(address, size))
        {
            return end > RegionList.EndAddress ? NtStatus.InvalidParameter4 : NtStatus.ConflictingAddresses;
        }
        if (commit && !Charge(size))
        {
            return NtStatus.CommitmentLimit;
        }
        long pages = (long)(size >> 12);
        Region region = new(address, size, MemoryTypes.Private, request.Protection, new PageRuns(pages, commit ? request.Protection : 0))
        {
            IsPlaceholder = placeholder,
            Written = (request.Type & MemoryTypes.WriteWatch) != 0 ? [] : null,
        };
        _regions.Add(region);
        return commit && !MaterializeSmall(region, 0, pages) ? UndoReserve(region) : NtStatus.Success;
    }

    private NtStatus UndoReserve(Region region)
    {
        DropPages(region, 0, region.Pages.Count);
        _regions.Remove(region);
        ReturnCharge(region.Size);
        return NtStatus.NoMemory;
    }

    private NtStatus CommitOrReset(in AllocationRequest request, out ulong address, out ulong size)
    {
        address = request.Address & ~0xffful;
        size = RoundUp(request.Address + request.Size) - address;
        Region? region = _regions.Find(address);
        if (region is null || address + size > region.End || region.IsPlaceholder)
        {
            return NtStatus.ConflictingAddresses;
        }
        if ((request.Type & MemoryTypes.Commit) == 0)
        {
            return NtStatus.Success;
        }
        long first = region.PageOf(address);
        long count = (long)(size >> 12);
        if (region.View is not null)
        {
            return CommitView(region, first, count, request.Protection);
        }
        ulong fresh = 0;
        for (long page = first; page < first + count;)
        {
            (uint state, long end) = region.Pages.RunAt(page);
            end = Math.Min(end, first + count);
            fresh += state == 0 ? (ulong)(end - page) << 12 : 0;
            page = end;
        }
        if (!Charge(fresh))
        {
            return NtStatus.CommitmentLimit;
        }
        SetProtection(region, first, count, request.Protection);
        return MaterializeSmall(region, first, count) ? NtStatus.Success : NtStatus.NoMemory;
    }

    private NtStatus CommitView(Region region, long first, long count, uint protection)
    {
        if (region.View is ReservedFileSectionView { Section: { } file } reserved)
        {
            // Committing makes the section, and with it the file, as long as that.
            if (!AllowsView(file.Protection, protection))
            {
                return NtStatus.SectionProtection;
            }
            NtStatus status = file.Extend(reserved.Offset + ((ulong)(first + count) << 12), out _);
            if (status.IsSuccess)
            {
                region.Pages.Set(first, count, protection);
                ReapplyProtection(region, first, count);
            }
            return status;
        }
        if (region.View is not PageFileSectionView { Section: PageFileSection section } view)
        {
            return NtStatus.AlreadyCommitted;
        }
        section.Store.Commit((long)(view.Offset >> 12) + first, count);
        SetProtection(region, first, count, protection);
        return NtStatus.Success;
    }

    private NtStatus ReplacePlaceholder(in AllocationRequest request, out ulong address, out ulong size)
    {
        address = request.Address;
        size = RoundUp(request.Size);
        Region? old = _regions.Find(address);
        if (address == 0 || old is null || !old.IsPlaceholder || old.Start != address || old.Size != size)
        {
            return NtStatus.ConflictingAddresses;
        }
        bool commit = (request.Type & MemoryTypes.Commit) != 0;
        if (commit && !Charge(size))
        {
            return NtStatus.CommitmentLimit;
        }
        _regions.Remove(old);
        Region region = new(address, size, MemoryTypes.Private, request.Protection, new PageRuns((long)(size >> 12), commit ? request.Protection : 0));
        _regions.Add(region);
        return commit && !MaterializeSmall(region, 0, region.Pages.Count) ? NtStatus.NoMemory : NtStatus.Success;
    }

    private bool MaterializeSmall(Region region, long first, long count) => count > EagerPages || Materialize(region, first, count);

    private static ulong RoundUp(ulong value) => (value + 0xfff) & ~0xffful;
}
