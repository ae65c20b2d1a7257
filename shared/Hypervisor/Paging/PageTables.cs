namespace PortableVirt.Hypervisor;

/// <summary>
/// One address-space root: four levels of x86-64 page tables for the user half, and the kernel half that all roots share. Reads may run at any
/// time; writes need the caller's one lock per address space. A lost right or a removed entry needs
/// <see cref="GuestMemory.FlushTranslations"/> or <see cref="GuestMemory.FreeFrames"/> on the frame afterwards; a gained right needs nothing.
/// </summary>
public sealed class PageTables
{
    internal PageTables()
    {
    }

    /// <summary>Guest-physical address of the top table: the value for CR3.</summary>
    public ulong Root => throw new NotSupportedException();

    /// <summary>The raw leaf entry of a page, 0 when there is no table or the address is not in the user half.</summary>
    public ulong GetEntry(ulong va) => throw new NotSupportedException();

    /// <summary>Writes the leaf entry of a user page by one 8-byte store. False when there is no memory for tables, or the address is not in the user half.</summary>
    public bool SetEntry(ulong va, ulong entry) => throw new NotSupportedException();

    /// <summary>Maps <paramref name="count"/> pages to contiguous frames. False as in <see cref="SetEntry"/>; entries before the failure stay written.</summary>
    public bool SetRange(ulong va, int count, ulong firstGpa, PageRights rights) => throw new NotSupportedException();

    /// <summary>
    /// The 512 leaf entries of the 2 MiB that contain <paramref name="va"/>, to be read and written in place; empty when there is no table (every page
    /// there has entry 0). Index: <c>(va &gt;&gt; 12) &amp; 511</c>. The span stays valid while the machine lives.
    /// </summary>
    public Span<ulong> GetLeafTable(ulong va) => throw new NotSupportedException();

    /// <summary>As <see cref="GetLeafTable"/>, but makes the table; empty when there is no memory for it or the address is not in the user half.</summary>
    public Span<ulong> EnsureLeafTable(ulong va) => throw new NotSupportedException();

    /// <summary>The start addresses of all 2 MiB ranges that have a leaf table, in no order.</summary>
    public IReadOnlyList<ulong> LeafRanges => throw new NotSupportedException();

    /// <summary>Zeroes all leaf entries. The frames that were mapped must be freed or flushed before the root is given back or any page mapped anew.</summary>
    public void Clear() => throw new NotSupportedException();

    /// <summary>Translates for user mode: the guest-physical address when the page is present with all <paramref name="rights"/>, else 0.</summary>
    public ulong Translate(ulong va, PageRights rights) => throw new NotSupportedException();
}
