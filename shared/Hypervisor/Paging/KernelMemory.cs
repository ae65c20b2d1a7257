using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// Pages that hold page tables and kernel structures, in a window of their own that <see cref="GuestMemory"/> cannot reach. Pages are never freed or
/// moved while the machine lives, as shadow paging demands. Also makes the address spaces, whose upper half is one and the same. Thread-safe.
/// </summary>
public sealed class KernelMemory
{
    private const ulong FirstStep = 16UL << 20;
    private const int PageSize = 4096;

    /// <summary>What a small program's tables take; one call for all is cheaper than a fault for each.</summary>
    private const int FirstPages = 64;

    private readonly MemoryWindow _window;
    private readonly Lock _lock = new();
    private readonly Stack<PageTables> _idle = new();
    private readonly PageTables _template;
    private ulong _used;
    private bool _hasRoots;

    internal KernelMemory(MemorySlots slots, MemoryLayout layout)
    {
        _window = new MemoryWindow(slots, layout.TableBase, layout.TableBytes, isAnonymous: true, hugePages: false, FirstStep);
        ulong root = AllocatePage();
        if (root == 0)
        {
            _window.Dispose();
            throw new KvmException(KvmError.OutOfMemory, "KVM refused memory for page tables.");
        }

        // A hint: Linux before 5.14 does not know it.
        _ = NativeMmap.Advise(_window.HostBase, FirstPages * PageSize, NativeMmap.AdvicePopulateWrite);
        _template = new PageTables(this, root);
    }

    /// <summary>Allocates a zeroed page; its guest-physical address, or 0 when the window or the host's memory is exhausted.</summary>
    public ulong AllocatePage()
    {
        lock (_lock)
        {
            if (!_window.TryGrow(_used + PageSize))
            {
                return 0;
            }

            _used += PageSize;
            return _window.Gpa + _used - PageSize;
        }
    }

    /// <summary>The bytes of a page that <see cref="AllocatePage"/> gave out.</summary>
    public Span<byte> Page(ulong gpa) => HostPointer.Bytes(HostAddress(gpa), PageSize);

    /// <summary>
    /// Maps a page into the upper half of every address space. The first page in each 512 GiB must come before the first address space is made. Throws
    /// <see cref="KvmException"/> when there is no memory for tables.
    /// </summary>
    /// <param name="va">Address in the upper half, a multiple of 4096.</param>
    /// <param name="entry">The leaf entry; with <see cref="PageEntry.User"/> the page can be reached from CPL3.</param>
    public void Map(ulong va, ulong entry)
    {
        lock (_lock)
        {
            if (va < 0xFFFF_8000_0000_0000 || (_hasRoots && !_template.HasTopEntry(va)))
            {
                throw new InvalidOperationException($"0x{va:x} cannot be mapped into the kernel half any more.");
            }

            nint leaf = _template.EnsureLeaf(va, (entry & PageEntry.User) | PageEntry.Present | PageEntry.Writable | PageEntry.Accessed);
            if (leaf == 0)
            {
                throw new KvmException(KvmError.OutOfMemory, "The guest has no memory left for page tables.");
            }

            Volatile.Write(ref HostPointer.Words(leaf, 512)[(int)(va >> 12) & 511], entry);
        }
    }

    /// <summary>An empty address space with the kernel half in place. Throws <see cref="KvmException"/> when there is no memory for tables.</summary>
    public PageTables CreateAddressSpace()
    {
        lock (_lock)
        {
            _hasRoots = true;
            if (_idle.TryPop(out PageTables? idle))
            {
                return idle;
            }

            ulong root = AllocatePage();
            if (root == 0)
            {
                throw new KvmException(KvmError.OutOfMemory, "The guest has no memory left for page tables.");
            }

            Page(_template.Root)[(PageSize / 2)..].CopyTo(Page(root)[(PageSize / 2)..]);
            return new PageTables(this, root);
        }
    }

    /// <summary>Takes a cleared address space back for reuse. Throws <see cref="InvalidOperationException"/> when it is not cleared.</summary>
    public void ReleaseAddressSpace(PageTables root)
    {
        if (!root.IsCleared)
        {
            throw new InvalidOperationException("The address space has not been cleared.");
        }

        lock (_lock)
        {
            _idle.Push(root);
        }
    }

    internal nint HostAddress(ulong gpa) => _window.HostBase + (nint)(gpa - _window.Gpa);

    internal void Dispose() => _window.Dispose();
}
