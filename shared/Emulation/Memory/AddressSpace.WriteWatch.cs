namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    /// <summary>
    /// Lists the pages of a MEM_WRITE_WATCH region that were written since the last reset, lowest first, at most
    /// <paramref name="capacity"/>; with <paramref name="reset"/> those pages are watched anew. STATUS_INVALID_PARAMETER_1 where
    /// writes are not watched.
    /// </summary>
    internal NtStatus TakeWritten(ulong address, ulong size, ulong capacity, bool reset, out List<ulong> pages)
    {
        pages = [];
        lock (_lock)
        {
            if (address >= RegionList.EndAddress || _regions.Find(address) is not { Written: { } written } region || size > region.End - address)
            {
                return NtStatus.InvalidParameter1;
            }
            long first = region.PageOf(address);
            long last = region.PageOf(address + size - 1);
            foreach (long page in written.GetViewBetween(first, last))
            {
                if ((ulong)pages.Count == capacity)
                {
                    break;
                }
                pages.Add(region.Start + ((ulong)page << 12));
            }
            if (reset)
            {
                foreach (ulong page in pages)
                {
                    written.Remove(region.PageOf(page));
                }
                ReapplyProtection(region, first, last - first + 1);
            }
            return NtStatus.Success;
        }
    }
}
