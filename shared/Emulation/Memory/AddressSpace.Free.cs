namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    /// <summary>
    /// Releases or decommits as NtFreeVirtualMemory does. A size of 0 means the whole region, and then the address must be its
    /// start. On success address and size are what was freed.
    /// </summary>
    public NtStatus Free(ref ulong address, ref ulong size, uint type)
    {
        if (address >= RegionList.EndAddress || size > RegionList.EndAddress)
        {
            return address >= RegionList.EndAddress ? NtStatus.InvalidParameter2 : NtStatus.InvalidParameter3;
        }
        ulong start = address & ~0xffful;
        ulong length = size == 0 ? 0 : RoundUp(address + size) - start;
        lock (_lock)
        {
            Region? region = _regions.Find(start);
            if (region is null)
            {
                return NtStatus.MemoryNotAllocated;
            }
            if (region.View is not null)
            {
                return NtStatus.InvalidParameter;
            }
            if (length == 0)
            {
                if (region.Start != start)
                {
                    return NtStatus.FreeVmNotAtBase;
                }
                length = region.Size;
            }
            if (type == (MemoryTypes.Release | MemoryTypes.CoalescePlaceholders))
            {
                return Coalesce(start, length, out address, out size);
            }
            if (start + length > region.End)
            {
                return NtStatus.UnableToFreeVm;
            }
            if (type == MemoryTypes.Release && length != region.Size && !region.IsPlaceholder)
            {
                // VirtualFree's rule, which libwine's kernelbase leaves to this call.
                return NtStatus.InvalidParameter;
            }
            NtStatus status = type switch
            {
                MemoryTypes.Decommit => DecommitPages(region, start, length),
                MemoryTypes.Release => ReleasePages(region, start, length, asPlaceholder: false),
                MemoryTypes.Release | MemoryTypes.PreservePlaceholder => ReleasePages(region, start, length, asPlaceholder: true),
                _ => NtStatus.InvalidParameter4,
            };
            if (status.IsSuccess)
            {
                address = start;
                size = length;
            }
            return status;
        }
    }

    private NtStatus DecommitPages(Region region, ulong start, ulong length)
    {
        if (region.IsPlaceholder)
        {
            return NtStatus.ConflictingAddresses;
        }
        long first = region.PageOf(start);
        long count = (long)(length >> 12);
        ReturnCharge(CommittedIn(region, first, count));
        DropPages(region, first, count);
        region.Pages.Set(first, count, 0);
        return NtStatus.Success;
    }

    private NtStatus ReleasePages(Region region, ulong start, ulong length, bool asPlaceholder)
    {
        long first = region.PageOf(start);
        long count = (long)(length >> 12);
        if (asPlaceholder && region.IsPlaceholder && length == region.Size)
        {
            return NtStatus.ConflictingAddresses;
        }
        ReturnCharge(CommittedIn(region, first, count));
        DropPages(region, first, count);
        _regions.Remove(region);
        AddRemainder(region, region.Start, start - region.Start);
        AddRemainder(region, start + length, region.End - start - length);
        if (asPlaceholder)
        {
            AddPlaceholder(start, length);
        }
        return NtStatus.Success;
    }

    private void AddRemainder(Region region, ulong start, ulong length)
    {
        if (length != 0)
        {
            PageRuns pages = region.Pages.Slice(region.PageOf(start), (long)(length >> 12));
            _regions.Add(new Region(start, length, region.Type, region.AllocationProtect, pages) { IsPlaceholder = region.IsPlaceholder });
        }
    }

    private void AddPlaceholder(ulong start, ulong length) =>
        _regions.Add(new Region(start, length, MemoryTypes.Private, PageProtection.NoAccess, new PageRuns((long)(length >> 12), 0)) { IsPlaceholder = true });

    private NtStatus Coalesce(ulong start, ulong length, out ulong address, out ulong size)
    {
        address = start;
        size = length;
        List<Region> parts = [];
        ulong next = start;
        while (next < start + length)
        {
            if (_regions.Find(next) is not { IsPlaceholder: true } part || part.Start != next)
            {
                return NtStatus.ConflictingAddresses;
            }
            parts.Add(part);
            next = part.End;
        }
        if (next != start + length || parts.Count < 2)
        {
            return NtStatus.ConflictingAddresses;
        }
        parts.ForEach(_regions.Remove);
        AddPlaceholder(start, length);
        return NtStatus.Success;
    }

    private static ulong CommittedIn(Region region, long first, long count)
    {
        ulong bytes = 0;
        for (long page = first; page < first + count;)
        {
            (uint state, long end) = region.Pages.RunAt(page);
            end = Math.Min(end, first + count);
            bytes += state != 0 ? (ulong)(end - page) << 12 : 0;
            page = end;
        }
        return bytes;
    }
}
