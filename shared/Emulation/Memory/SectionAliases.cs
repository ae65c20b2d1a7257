using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// The views of a section that may be executed, in all processes, and which of its pages are code. A page is written through its views or executed through
/// them, never both: it changes for all of them together. Lock order: this switch, then one address space at a time, then the state.
/// </summary>
internal sealed class SectionAliases
{
    private readonly Lock _switch = new();
    private readonly Lock _state = new();
    private readonly Dictionary<long, PageRights> _pages = [];
    private readonly List<(SectionView View, AddressSpace Space, Region Region)> _views = [];

    /// <summary>What views may do with a page: read and write until it is first executed.</summary>
    public PageRights RightsOf(long page)
    {
        lock (_state)
        {
            return _pages.GetValueOrDefault(page, PageRights.Read | PageRights.Write);
        }
    }

    /// <summary>A view was mapped.</summary>
    public void Add(SectionView view, AddressSpace space, Region region)
    {
        lock (_state)
        {
            _views.Add((view, space, region));
        }
    }

    /// <summary>A view is gone.</summary>
    public void Remove(SectionView view)
    {
        lock (_state)
        {
            _views.RemoveAll(entry => entry.View == view);
        }
    }

    /// <summary>Makes a page code or data for all views. The caller holds no address space's lock and tries its access again afterwards.</summary>
    /// <param name="page">Page of the section.</param>
    /// <param name="toCode">True for code.</param>
    /// <param name="space">The address space that asked.</param>
    /// <param name="address">The page's address there.</param>
    public void Switch(long page, bool toCode, AddressSpace space, ulong address)
    {
        PageRights target = PageRights.Read | (toCode ? PageRights.Execute : PageRights.Write);
        lock (_switch)
        {
            if (RightsOf(page) == target)
            {
                return;
            }
            Set(page, PageRights.Read);
            if (toCode)
            {
                ulong gpa = space.FrameAt(address);
                if (gpa != 0)
                {
                    space.Scan(address, gpa);
                }
                space.Code?.CountToCode();
            }
            else
            {
                space.Code?.CountToData();
            }
            Set(page, target);
        }
    }

    private void Set(long page, PageRights rights)
    {
        (SectionView View, AddressSpace Space, Region Region)[] views;
        lock (_state)
        {
            _pages[page] = rights;
            views = [.. _views];
        }
        foreach ((SectionView view, AddressSpace space, Region region) in views)
        {
            space.ReapplyShared(region, page - (long)(view.Offset >> 12));
        }
    }
}
