using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// No page is writable and executable at once, whatever its protection says. A page that may be both is mapped for one of the two and changes at the
/// fault of the other; the program sees its own protections. Before a page is executed it is searched for gates.
/// </summary>
public sealed partial class AddressSpace
{
    private const PageRights WriteAndExecute = PageRights.Write | PageRights.Execute;

    /// <summary>Counts and hears of new code; null in tests of memory alone.</summary>
    internal CodeWatch? Code { get; set; }

    /// <summary>
    /// Writes an entry of this section's page anew after the page changed sides. Called by <see cref="SectionAliases"/> without any address
    /// space's lock.
    /// </summary>
    internal void ReapplyShared(Region region, long page)
    {
        lock (_lock)
        {
            if (_regions.Find(region.Start) == region && (ulong)page < (ulong)region.Pages.Count)
            {
                ReapplyProtection(region, page, 1);
            }
        }
    }

    /// <summary>The frame behind a page, 0 for none.</summary>
    internal ulong FrameAt(ulong pageAddress)
    {
        lock (_lock)
        {
            return PageEntry.Address(Tables.GetEntry(pageAddress));
        }
    }

    /// <summary>Searches a page that is about to become code. The frame cannot be written by the program now.</summary>
    internal void Scan(ulong pageAddress, ulong gpa)
    {
        if (Code is not { } watch)
        {
            return;
        }
        // One byte of each neighbour that is code: a gate may lie across the boundary. Whichever page becomes code last finds it.
        Span<byte> bytes = stackalloc byte[1 + GuestMemory.FrameSize + 1];
        bytes[0] = bytes[^1] = 0x90;
        if (!_memory.TryCopyFrom(gpa, bytes[1..^1]))
        {
            return;
        }
        ReadCode(pageAddress - 1, bytes[..1]);
        ReadCode(pageAddress + GuestMemory.FrameSize, bytes[^1..]);
        watch.Scan(bytes, pageAddress - 1);
    }

    private void ReadCode(ulong address, Span<byte> target)
    {
        ulong gpa = Tables.Translate(address, PageRights.Execute);
        if (gpa != 0)
        {
            _memory.TryCopyFrom(gpa, target);
        }
    }

    /// <summary>The rights of an entry: of a page that may be written and executed, those of the side that it is on.</summary>
    private PageRights OneSide(Region region, long page, ulong frame, PageRights rights)
    {
        if ((rights & WriteAndExecute) == 0 || region.View is { Section.HoldsKernelCode: true })
        {
            return rights;
        }
        if (SharedCode(region, page, frame, out SharedPage shared))
        {
            return rights & shared.Rights;
        }
        bool isCode = (PageEntry.Rights(frame) & PageRights.Execute) != 0;
        bool isBoth = (rights & WriteAndExecute) == WriteAndExecute;
        bool isUnknown = (rights & PageRights.Execute) != 0 && region.View is { IsImage: false };
        return isCode ? (isBoth ? rights & ~PageRights.Write : rights) : isBoth || isUnknown ? rights & ~PageRights.Execute : rights;
    }

    /// <summary>True for a page whose frame other views may show, of a section that may be executed, where all views of a frame change together.</summary>
    private bool SharedCode(Region region, long page, ulong entry, out SharedPage shared)
    {
        shared = default;
        if (Code is not { StrictAliases: true } || region.View is not { SharesFrames: true, Section: { HoldsKernelCode: false, Aliases: { } aliases } } view || (entry & PrivateCopy) != 0)
        {
            return false;
        }
        shared = new SharedPage(aliases, (long)(view.Offset >> 12) + page);
        return true;
    }

    /// <summary>Sets a protection. Pages that become executable by it are searched first, while nobody may write them.</summary>
    private void SetProtection(Region region, long first, long count, uint protection)
    {
        PageRights rights = PageProtection.Rights(protection);
        if ((rights & WriteAndExecute) == PageRights.Execute && region.View is null or { IsImage: true } && HasData(region, first, count))
        {
            region.Pages.Set(first, count, PageProtection.ReadOnly);
            List<(ulong Address, ulong Gpa)> fresh = [];
            ForEachEntry(region, first, count, (ref ulong entry, long page) =>
            {
                if ((PageEntry.Rights(entry) & PageRights.Execute) == 0)
                {
                    fresh.Add((region.Start + ((ulong)page << 12), PageEntry.Address(entry)));
                }
            });
            ReapplyProtection(region, first, count);
            region.Pages.Set(first, count, protection);
            ReapplyProtection(region, first, count);
            foreach ((ulong address, ulong gpa) in fresh)
            {
                Scan(address, gpa);
            }
            return;
        }
        region.Pages.Set(first, count, protection);
        ReapplyProtection(region, first, count);
    }

    private bool HasData(Region region, long first, long count)
    {
        bool found = false;
        ForEachEntry(region, first, count, (ref ulong entry, long page) => found |= (PageEntry.Rights(entry) & PageRights.Execute) == 0);
        return found;
    }

    private void MakeCode(ulong pageAddress, PageRights rights, bool isScanned)
    {
        if (!isScanned)
        {
            Rewrite(pageAddress, PageRights.Read);
            Scan(pageAddress, PageEntry.Address(Tables.GetEntry(pageAddress)));
            Code?.CountToCode();
        }
        Rewrite(pageAddress, rights & ~PageRights.Write);
    }

    private void MakeData(ulong pageAddress, PageRights rights, bool write)
    {
        if (write && (PageEntry.Rights(Tables.GetEntry(pageAddress)) & PageRights.Execute) != 0)
        {
            Code?.CountToData();
        }
        Rewrite(pageAddress, rights & ~PageRights.Execute);
    }

    /// <summary>Gives one present entry other rights, and flushes where it lost some; see <see cref="ReapplyProtection"/> on the accessed bit.</summary>
    private void Rewrite(ulong pageAddress, PageRights rights)
    {
        ref ulong entry = ref Tables.GetLeafTable(pageAddress)[(int)(pageAddress >> 12) & 511];
        ulong old;
        ulong changed;
        bool loses;
        do
        {
            old = Volatile.Read(ref entry);
            changed = PageEntry.Make(PageEntry.Address(old), rights) | (old & PageEntry.SoftwareMask);
            loses = (PageEntry.Rights(old) & ~rights) != 0;
            changed &= loses || (PageEntry.IsPresent(old) && (old & PageEntry.Accessed) == 0) ? ~PageEntry.Accessed : ulong.MaxValue;
        }
        while (Interlocked.CompareExchange(ref entry, changed, old) != old);
        if (loses && (old & PageEntry.Accessed) != 0)
        {
            _memory.FlushTranslations(PageEntry.Address(old), 1);
        }
    }
}
