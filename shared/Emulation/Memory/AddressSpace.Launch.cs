using PortableVirt.Emulation.Launch;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>What launch images need: all regions and pages seen, and made again.</summary>
public sealed partial class AddressSpace
{
    private const int FrameShift = 12;

    /// <summary>The regions in address order, for the only thread of a process that is captured.</summary>
    internal IReadOnlyList<Region> Regions => _regions.All;

    /// <summary>True when pages are locked in memory.</summary>
    internal bool HasLockedPages => _locked.Count != 0;

    /// <summary>Visits the pages of a region that have frames, present or not: page number and entry.</summary>
    internal void VisitPages(Region region, Action<long, ulong> visit) => ForEachEntry(region, 0, region.Pages.Count, (ref ulong entry, long page) => visit(page, entry));

    /// <summary>True for an entry whose frame belongs to the view alone.</summary>
    internal static bool IsPrivateCopy(ulong entry) => (entry & PrivateCopy) != 0;

    /// <summary>
    /// Makes the accessed bits say which pages are touched from now on: they are cleared and the translations dropped, so that processor and KVM set
    /// them again (measured: KVM sets a clear bit before it keeps a translation).
    /// </summary>
    internal void ForgetAccesses()
    {
        lock (_lock)
        {
            foreach (Region region in _regions.All)
            {
                GpaRun flushed = default;
                ForEachEntry(region, 0, region.Pages.Count, (ref ulong entry, long _) =>
                {
                    entry &= ~PageEntry.Accessed;
                    flushed.Add(PageEntry.Address(entry), _memory.FlushTranslations);
                });
                flushed.Finish(_memory.FlushTranslations);
            }
        }
    }

    /// <summary>Adds a region of a launch image to a fresh address space. False when its place is taken or it is more than may be committed.</summary>
    internal bool AddLaunchRegion(LaunchRegion source, SectionView? view)
    {
        lock (_lock)
        {
            ulong size = (ulong)source.PageCount << FrameShift;
            PageRuns pages = new(source.PageCount, source.Runs[0].State);
            for (int i = 1; i < source.Runs.Count; i++)
            {
                long end = i + 1 < source.Runs.Count ? source.Runs[i + 1].Page : source.PageCount;
                pages.Set(source.Runs[i].Page, end - source.Runs[i].Page, source.Runs[i].State);
            }
            Region region = new(source.Start, size, source.Type, source.AllocationProtect, pages) { View = view, IsPlaceholder = source.IsPlaceholder };
            if (!_regions.IsFree(source.Start, size) || (view is null && !Charge(CommittedIn(region, 0, source.PageCount))))
            {
                return false;
            }
            _regions.Add(region);
            return true;
        }
    }

    /// <summary>
    /// Gives pages of a launch image their frames. They belong to the address space from then on, in views too. False when there is no memory for the
    /// tables, or a page is not one of a region.
    /// </summary>
    internal bool AddLaunchPages(ulong address, int count, ulong gpa)
    {
        lock (_lock)
        {
            if (_regions.Find(address) is not { } region || region.PageOf(address) + count > region.Pages.Count)
            {
                return false;
            }
            ulong software = region.View is null ? 0 : PrivateCopy;
            for (int done = 0; done < count;)
            {
                Span<ulong> table = Tables.EnsureLeafTable(address);
                if (table.IsEmpty)
                {
                    return false;
                }
                int index = (int)(address >> FrameShift) & 511;
                int here = Math.Min(count - done, 512 - index);
                for (int i = 0; i < here; i++)
                {
                    table[index + i] = Compose(region, region.PageOf(address) + i, gpa | software, region.Pages[region.PageOf(address) + i]);
                    gpa += 1 << FrameShift;
                }
                address += (ulong)here << FrameShift;
                done += here;
            }
            CountResident(count);
            return true;
        }
    }
}
