using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    /// <summary>Handles a page fault of user code, and a failed translation of host access.</summary>
    /// <param name="address">The address that was touched.</param>
    /// <param name="needed">What was tried: read, write or execute.</param>
    internal FaultOutcome HandleFault(ulong address, PageRights needed)
    {
        FaultOutcome outcome = HandleFault(address, needed, out SharedPage shared);
        if (outcome == FaultOutcome.NeedsSwitch)
        {
            shared.Aliases.Switch(shared.Page, (needed & PageRights.Execute) != 0, this, address & ~0xffful);
            outcome = FaultOutcome.Resolved;
        }
        return outcome;
    }

    private FaultOutcome HandleFault(ulong address, PageRights needed, out SharedPage shared)
    {
        shared = default;
        lock (_lock)
        {
            _faults++;
            Region? region = _regions.Find(address);
            if (region is null)
            {
                return FaultOutcome.AccessViolation;
            }
            long page = region.PageOf(address);
            (uint protection, long runEnd) = StateAt(region, page);
            if (protection == 0)
            {
                return FaultOutcome.AccessViolation;
            }
            if ((protection & PageProtection.Guard) != 0)
            {
                region.Pages.Set(page, 1, protection & ~PageProtection.Guard);
                return Materialize(region, page, 1) ? FaultOutcome.GuardPage : FaultOutcome.InPageError;
            }
            if ((needed & ~PageProtection.Rights(protection)) != 0)
            {
                return FaultOutcome.AccessViolation;
            }
            ulong pageAddress = address & ~0xffful;
            ulong entry = Tables.GetEntry(pageAddress);
            if ((needed & ~PageEntry.Rights(entry)) == 0)
            {
                return FaultOutcome.Resolved;
            }
            if ((needed & PageRights.Write) != 0)
            {
                region.Written?.Add(page);
            }
            if (entry != 0)
            {
                return Grant(region, page, entry, protection, needed, out shared);
            }
            if (!BringIn(region, page))
            {
                return FaultOutcome.InPageError;
            }
            // The 2 MiB that share a leaf table, so that whole blocks of frames stand behind whole tables.
            long shift = (long)(region.Start >> 12) & 511;
            long block = ((page + shift) & ~511L) - shift;
            long first = FirstOfRun(region, page, Math.Max(block, 0), protection);
            long count = Math.Min(runEnd, block + 512) - first;
            if (region.View is { } view)
            {
                long accessible = view.AccessiblePages;
                if (page >= accessible)
                {
                    return FaultOutcome.AccessViolation;
                }
                count = Math.Min(count, accessible - first);
                (first, count) = view is ImageSectionView image ? Together(image, page, first, count) : view.IsImage ? ImageSectionView.Cluster(page, first, count) : (first, count);
            }
            else
            {
                (first, count) = Growing(pageAddress, page, first, count);
            }
            if (!Materialize(region, first, count))
            {
                return FaultOutcome.InPageError;
            }
            return (needed & ~PageEntry.Rights(Tables.GetEntry(pageAddress))) == 0
                ? FaultOutcome.Resolved
                : Grant(region, page, Tables.GetEntry(pageAddress), protection, needed, out shared);
        }
    }

    /// <summary>
    /// The part of [first, first + count) around a page of private memory that gets frames with it: its 64 KiB, and as much again as there is next to it. So
    /// what is used from end to end is soon filled 2 MiB at a time, and what is used here and there takes little more than that from the host.
    /// </summary>
    private (long First, long Count) Growing(ulong pageAddress, long page, long first, long count)
    {
        const int entries = 512;
        int index = (int)(pageAddress >> 12) & (entries - 1);
        Span<ulong> table = Tables.GetLeafTable(pageAddress);
        int before = 0;
        int after = 0;
        if (!table.IsEmpty)
        {
            before = index - 1 - table[..index].LastIndexOf(0ul);
            int free = table[(index + 1)..].IndexOf(0ul);
            after = free < 0 ? entries - 1 - index : free;
        }
        // A neighbouring table is taken to be as full as its nearest page.
        before = index == 0 && Tables.GetEntry(pageAddress - GuestMemory.FrameSize) != 0 ? entries : before;
        after = index == entries - 1 && Tables.GetEntry(pageAddress + GuestMemory.FrameSize) != 0 ? entries : after;
        long low = page - (index & (ImageSectionView.ClusterPages - 1));
        long start = Math.Max(first, Math.Min(low, page - after));
        return (start, Math.Min(first + count, Math.Max(low + ImageSectionView.ClusterPages, page + before)) - start);
    }

    /// <summary>The protection of a page (0 = not committed), with the commitment of a SEC_RESERVE section taken into account.</summary>
    private static (uint Protection, long RunEnd) StateAt(Region region, long page)
    {
        (uint protection, long end) = region.Pages.RunAt(page);
        if (region.View is PageFileSectionView { Section: PageFileSection { Store: { } store } } view && protection != 0)
        {
            long shift = (long)(view.Offset >> 12);
            (bool committed, long committedEnd) = store.CommitmentAt(shift + page);
            return (committed ? protection : 0, Math.Min(end, committedEnd - shift));
        }
        return (protection, end);
    }

    private static long FirstOfRun(Region region, long page, long lowest, uint protection)
    {
        // The caller's page lies in a run of one protection; walk down only as far as the same protection goes.
        long first = page;
        while (first > lowest && StateAt(region, first - 1).Protection == protection)
        {
            first--;
        }
        return first;
    }

    /// <summary>Gives pages their frames where they have none, and writes their entries.</summary>
    private bool Materialize(Region region, long first, long count)
    {
        for (long page = first; page < first + count;)
        {
            (uint protection, long runEnd) = region.Pages.RunAt(page);
            long end = Math.Min(runEnd, first + count);
            if (protection != 0 && !MaterializeRun(region, page, end, protection))
            {
                return false;
            }
            page = end;
        }
        return true;
    }

    private bool MaterializeRun(Region region, long page, long end, uint protection)
    {
        while (page < end)
        {
            ulong address = region.Start + ((ulong)page << 12);
            Span<ulong> table = Tables.EnsureLeafTable(address);
            if (table.IsEmpty)
            {
                return false;
            }
            int index = (int)(address >> 12) & 511;
            int limit = (int)Math.Min(512, index + (end - page));
            while (index < limit)
            {
                if (table[index] != 0)
                {
                    table[index] = Compose(region, page, table[index], protection);
                    index++;
                    page++;
                    continue;
                }
                int free = index;
                while (free < limit && table[free] == 0)
                {
                    free++;
                }
                (ulong gpa, int count) = GetFrames(region, page, free - index);
                if (gpa == 0)
                {
                    return false;
                }
                for (int i = 0; i < count; i++)
                {
                    table[index + i] = Compose(region, page + i, gpa + ((ulong)i << 12), protection);
                }
                CountResident(count);
                index += count;
                page += count;
            }
        }
        return true;
    }

    private (ulong Gpa, int Count) GetFrames(Region region, long page, int count)
    {
        if (region.View is { } view)
        {
            return view.GetFrames(page, count);
        }
        ulong gpa = _memory.AllocateFrames(count);
        if (gpa == 0 && count > 1)
        {
            gpa = _memory.AllocateFrames(1);
            count = 1;
        }
        return (gpa, count);
    }

    /// <summary>The entry of a frame under a protection; an existing entry keeps its frame and software bits.</summary>
    private ulong Compose(Region region, long page, ulong frame, uint protection)
    {
        ulong software = frame & PageEntry.SoftwareMask;
        PageRights rights = OneSide(region, page, frame, PageProtection.Rights(protection));
        bool copies = PageProtection.IsWriteCopy(protection) && (software & PrivateCopy) == 0 && region.View is { IsImage: false };
        if (copies || region.Written?.Contains(page) == false)
        {
            rights &= ~PageRights.Write;
        }
        return PageEntry.Make(PageEntry.Address(frame), rights) | software;
    }

    /// <summary>
    /// The first write to a page that was kept read-only: one that is watched, or a copy-on-write page of a view, which is
    /// readable and writable memory of its own from then on. And the change of a page between being written and being executed.
    /// </summary>
    private FaultOutcome Grant(Region region, long page, ulong entry, uint protection, PageRights needed, out SharedPage shared)
    {
        shared = default;
        ulong pageAddress = region.Start + ((ulong)page << 12);
        bool write = (needed & PageRights.Write) != 0;
        if (write && PageProtection.IsWriteCopy(protection) && region.View is { IsImage: false })
        {
            protection = PageProtection.AfterCopy(protection);
            region.Pages.Set(page, 1, protection);
            if (region.View.CopiesInGuest)
            {
                return CopyPage(pageAddress, entry, protection);
            }
        }
        if (SharedCode(region, page, entry, out shared) && !shared.Allows(needed))
        {
            return FaultOutcome.NeedsSwitch;
        }
        PageRights rights = PageProtection.Rights(protection);
        if ((rights & PageRights.Execute) == 0)
        {
            Rewrite(pageAddress, rights);
        }
        else if ((needed & PageRights.Execute) != 0)
        {
            MakeCode(pageAddress, rights, isScanned: shared.Aliases is not null);
        }
        else
        {
            MakeData(pageAddress, rights, write);
        }
        return FaultOutcome.Resolved;
    }

    private FaultOutcome CopyPage(ulong pageAddress, ulong entry, uint protection)
    {
        ulong gpa = _memory.AllocateFrames(1);
        Span<byte> content = stackalloc byte[4096];
        if (gpa == 0 || !_memory.TryCopyFrom(PageEntry.Address(entry), content) || !_memory.TryCopyTo(gpa, content))
        {
            return FaultOutcome.InPageError;
        }
        Tables.SetEntry(pageAddress, PageEntry.Make(gpa, PageProtection.Rights(protection) & ~PageRights.Execute) | PrivateCopy);
        _memory.FlushTranslations(PageEntry.Address(entry), 1);
        return FaultOutcome.Resolved;
    }

    /// <summary>
    /// Writes the entries of pages anew after their protection changed, and flushes where rights were lost. A flushed entry is left without its
    /// accessed bit, which processor and KVM set before they keep a translation: while it stays clear there is nothing to flush.
    /// </summary>
    private void ReapplyProtection(Region region, long first, long count)
    {
        GpaRun lost = default;
        ForEachEntry(region, first, count, (ref ulong entry, long page) =>
        {
            uint protection = region.Pages[page];
            ulong old;
            ulong changed;
            bool loses;
            do
            {
                old = Volatile.Read(ref entry);
                changed = Compose(region, page, old, protection);
                loses = (PageEntry.Rights(old) & ~PageEntry.Rights(changed)) != 0;
                changed &= loses || (old & PageEntry.Accessed) == 0 ? ~PageEntry.Accessed : ulong.MaxValue;
            }
            while (Interlocked.CompareExchange(ref entry, changed, old) != old);
            if (loses && (old & PageEntry.Accessed) != 0)
            {
                lost.Add(PageEntry.Address(old), _memory.FlushTranslations);
            }
        });
        lost.Finish(_memory.FlushTranslations);
    }

    /// <summary>Clears the entries of pages and frees the frames that belong to this address space alone.</summary>
    private void DropPages(Region region, long first, long count)
    {
        ForgetLocks(region, first, count);
        bool isPrivate = region.View is null;
        GpaRun freed = default;
        GpaRun flushed = default;
        ForEachEntry(region, first, count, (ref ulong entry, long page) =>
        {
            ulong old = entry;
            entry = 0;
            _residentPages--;
            if (isPrivate || (old & PrivateCopy) != 0)
            {
                freed.Add(PageEntry.Address(old), _memory.FreeFrames);
            }
            else if (PageEntry.IsPresent(old))
            {
                flushed.Add(PageEntry.Address(old), _memory.FlushTranslations);
            }
        });
        freed.Finish(_memory.FreeFrames);
        flushed.Finish(_memory.FlushTranslations);
    }

    private delegate void EntryAction(ref ulong entry, long page);

    /// <summary>Visits the nonzero entries of a range of pages.</summary>
    private void ForEachEntry(Region region, long first, long count, EntryAction action)
    {
        for (long page = first; page < first + count;)
        {
            ulong address = region.Start + ((ulong)page << 12);
            int index = (int)(address >> 12) & 511;
            int length = (int)Math.Min(512 - index, first + count - page);
            Span<ulong> table = Tables.GetLeafTable(address);
            if (!table.IsEmpty)
            {
                for (int i = 0; i < length; i++)
                {
                    if (table[index + i] != 0)
                    {
                        action(ref table[index + i], page + i);
                    }
                }
            }
            page += length;
        }
    }
}
