namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    /// <summary>Changes the protection of committed pages of one region as NtProtectVirtualMemory does.</summary>
    /// <param name="address">In: any address; out: start of the first page.</param>
    /// <param name="size">In: bytes; out: whole pages.</param>
    /// <param name="protection">New protection.</param>
    /// <param name="old">Protection of the first page before.</param>
    public NtStatus Protect(ref ulong address, ref ulong size, uint protection, out uint old)
    {
        old = 0;
        if (!PageProtection.IsValid(protection))
        {
            return NtStatus.InvalidPageProtection;
        }
        if (address >= RegionList.EndAddress || size == 0 || size > RegionList.EndAddress)
        {
            return NtStatus.InvalidParameter;
        }
        ulong start = address & ~0xffful;
        ulong length = RoundUp(address + size) - start;
        lock (_lock)
        {
            Region? region = _regions.Find(start);
            if (region is null || start + length > region.End)
            {
                return NtStatus.ConflictingAddresses;
            }
            long first = region.PageOf(start);
            long count = (long)(length >> 12);
            for (long page = first; page < first + count;)
            {
                (uint state, long end) = StateAt(region, page);
                if (state == 0)
                {
                    return NtStatus.NotCommitted;
                }
                page = end;
            }
            NtStatus status = CheckViewProtection(region, ref protection);
            if (!status.IsSuccess)
            {
                return status;
            }
            old = region.Pages[first];
            if (!IsUniform(region, first, count, protection))
            {
                SetProtection(region, first, count, protection);
            }
            address = start;
            size = length;
            return NtStatus.Success;
        }
    }

    private static bool IsUniform(Region region, long first, long count, uint protection)
    {
        (uint state, long end) = region.Pages.RunAt(first);
        return state == protection && end >= first + count;
    }

    private static NtStatus CheckViewProtection(Region region, ref uint protection)
    {
        switch (region.View)
        {
            case null:
                return PageProtection.IsWriteCopy(protection) ? NtStatus.InvalidPageProtection : NtStatus.Success;
            case { IsImage: true }:
                protection = PageProtection.ToWriteCopy(protection);
                return NtStatus.Success;
            default:
                if (PageProtection.IsWriteCopy(region.AllocationProtect))
                {
                    protection = PageProtection.ToWriteCopy(protection);
                    return NtStatus.Success;
                }
                if (PageProtection.IsExecutable(protection) && !PageProtection.IsExecutable(region.View.Section.Protection))
                {
                    return NtStatus.SectionProtection;
                }
                // A shared view never gains the right to write that it was not mapped with.
                bool wantsWrite = (protection & (PageProtection.ReadWrite | PageProtection.ExecuteReadWrite)) != 0;
                bool mayWrite = (region.AllocationProtect & (PageProtection.ReadWrite | PageProtection.ExecuteReadWrite)) != 0;
                return (wantsWrite && !mayWrite) || PageProtection.IsWriteCopy(protection) ? NtStatus.SectionProtection : NtStatus.Success;
        }
    }
}
