using System.Runtime.CompilerServices;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// One address-space root: four levels of x86-64 page tables for the user half, and the kernel half that all roots share. Reads may run at any
/// time; writes need the caller's one lock per address space. A lost right or a removed entry needs
/// <see cref="GuestMemory.FlushTranslations"/> or <see cref="GuestMemory.FreeFrames"/> on the frame afterwards; a gained right needs nothing.
/// </summary>
public sealed class PageTables
{
    private const ulong UserHalfEnd = 0x0000_8000_0000_0000;
    private const ulong UserTable = PageEntry.Present | PageEntry.Writable | PageEntry.User | PageEntry.Accessed;
    private const ulong BlockMask = ~((2UL << 20) - 1);
    private const int Entries = 512;

    private readonly KernelMemory _memory;
    private readonly nint _root;
    private readonly List<ulong> _leafRanges = [];

    internal PageTables(KernelMemory memory, ulong root)
    {
        _memory = memory;
        _root = memory.HostAddress(root);
        Root = root;
    }

    /// <summary>Guest-physical address of the top table: the value for CR3.</summary>
    public ulong Root { get; }

    /// <summary>True when no entry was written since the root was made or last cleared.</summary>
    public bool IsCleared { get; private set; } = true;

    /// <summary>The start addresses of all 2 MiB ranges that have a leaf table, in no order. For the holder of the write lock.</summary>
    public IReadOnlyList<ulong> LeafRanges => _leafRanges;

    /// <summary>The raw leaf entry of a page, 0 when there is no table or the address is not in the user half.</summary>
    public ulong GetEntry(ulong va)
    {
        nint leaf = FindLeaf(va);
        return leaf == 0 ? 0 : Volatile.Read(ref Entry(leaf, va, 12));
    }

    /// <summary>Writes the leaf entry of a user page by one 8-byte store. False when there is no memory for tables, or the address is not in the user half.</summary>
    public bool SetEntry(ulong va, ulong entry)
    {
        nint leaf = EnsureUserLeaf(va);
        if (leaf == 0)
        {
            return false;
        }

        Volatile.Write(ref Entry(leaf, va, 12), entry);
        return true;
    }

    /// <summary>Maps <paramref name="count"/> pages to contiguous frames. False as in <see cref="SetEntry"/>; entries before the failure stay written.</summary>
    public bool SetRange(ulong va, int count, ulong firstGpa, PageRights rights)
    {
        if (count < 0 || va >= UserHalfEnd || (ulong)count << 12 > UserHalfEnd - (va & ~0xFFFUL))
        {
            return false;
        }

        ulong entry = PageEntry.Make(firstGpa, rights);
        while (count > 0)
        {
            Span<ulong> table = EnsureLeafTable(va);
            if (table.IsEmpty)
            {
                return false;
            }

            int first = (int)(va >> 12) & (Entries - 1);
            int here = Math.Min(count, Entries - first);
            foreach (ref ulong slot in table.Slice(first, here))
            {
                Volatile.Write(ref slot, entry);
                entry += 1 << 12;
            }

            va += (ulong)here << 12;
            count -= here;
        }

        return true;
    }

    /// <summary>
    /// The 512 leaf entries of the 2 MiB that contain <paramref name="va"/>, to be read and written in place; empty when there is no table (every page
    /// there has entry 0). Index: <c>(va &gt;&gt; 12) &amp; 511</c>. The span stays valid while the machine lives.
    /// </summary>
    public Span<ulong> GetLeafTable(ulong va)
    {
        nint leaf = FindLeaf(va);
        return leaf == 0 ? [] : HostPointer.Words(leaf, Entries);
    }

    /// <summary>As <see cref="GetLeafTable"/>, but makes the table; empty when there is no memory for it or the address is not in the user half.</summary>
    public Span<ulong> EnsureLeafTable(ulong va)
    {
        nint leaf = EnsureUserLeaf(va);
        return leaf == 0 ? [] : HostPointer.Words(leaf, Entries);
    }

    /// <summary>Zeroes all leaf entries. The frames that were mapped must be freed or flushed before the root is given back or any page mapped anew.</summary>
    public void Clear()
    {
        foreach (ulong va in _leafRanges)
        {
            GetLeafTable(va).Clear();
        }

        IsCleared = true;
    }

    /// <summary>Translates for user mode: the guest-physical address when the page is present with all <paramref name="rights"/>, else 0.</summary>
    public ulong Translate(ulong va, PageRights rights)
    {
        ulong entry = GetEntry(va);
        PageRights has = PageEntry.Rights(entry);
        return has != PageRights.None && (has & rights) == rights ? PageEntry.Address(entry) | (va & 0xFFF) : 0;
    }

    internal bool HasTopEntry(ulong va) => (Entry(_root, va, 39) & PageEntry.Present) != 0;

    /// <summary>The leaf table for any address, made with the given table entries; 0 when there is no memory.</summary>
    internal nint EnsureLeaf(ulong va, ulong tableFlags)
    {
        nint table = _root;
        for (int shift = 39; shift > 12; shift -= 9)
        {
            ref ulong slot = ref Entry(table, va, shift);
            ulong entry = slot;
            if ((entry & PageEntry.Present) == 0)
            {
                ulong page = _memory.AllocatePage();
                if (page == 0)
                {
                    return 0;
                }

                entry = page | tableFlags;
                if (shift == 21)
                {
                    _leafRanges.Add(va & BlockMask);
                }

                Volatile.Write(ref slot, entry);
            }

            table = _memory.HostAddress(entry & PageEntry.AddressMask);
        }

        return table;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref ulong Entry(nint table, ulong va, int shift) =>
        ref HostPointer.At<ulong>(table + (nint)(((va >> shift) & (Entries - 1)) << 3));

    private nint EnsureUserLeaf(ulong va)
    {
        if (va >= UserHalfEnd)
        {
            return 0;
        }

        IsCleared = false;
        nint leaf = FindLeaf(va);
        return leaf != 0 ? leaf : EnsureLeaf(va, UserTable);
    }

    private nint FindLeaf(ulong va)
    {
        if (va >= UserHalfEnd)
        {
            return 0;
        }

        nint table = _root;
        for (int shift = 39; shift > 12; shift -= 9)
        {
            ulong entry = Volatile.Read(ref Entry(table, va, shift));
            if ((entry & PageEntry.Present) == 0)
            {
                return 0;
            }

            table = _memory.HostAddress(entry & PageEntry.AddressMask);
        }

        return table;
    }
}
