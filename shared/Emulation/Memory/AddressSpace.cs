using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// The virtual memory of one process: reservations, page states and the guest page tables that show them to the vCPUs. The page
/// tables are the one record of which frame stands behind a page; an entry may hold a frame without being present (no access,
/// guard). Parts: .Allocate, .Free, .Protect, .Query, .Views, .Pages (entries and faults), .Access (host access).
/// </summary>
public sealed partial class AddressSpace
{
    /// <summary>Software bit of an entry: the frame is a private copy of a page of a view, freed with the view.</summary>
    private const ulong PrivateCopy = 1 << 10;

    /// <summary>Commits of at most this many pages get their frames at once; larger ones at the first touch of each 2 MiB.</summary>
    private const long EagerPages = 512;

    private readonly GuestKernel _kernel;
    private readonly GuestMemory _memory;
    private readonly RegionList _regions = new();
    private readonly Lock _lock = new();
    private readonly List<CommitCharge> _charges;

    /// <summary>An empty address space. Throws <see cref="KvmException"/> when there is no memory for its tables.</summary>
    public AddressSpace(GuestKernel kernel, CommitCharge charge)
    {
        _kernel = kernel;
        _memory = kernel.Vm.Memory;
        _charges = [charge];
        Tables = kernel.CreateAddressSpace();
    }

    /// <summary>The page tables, for the vCPUs of the process.</summary>
    public PageTables Tables { get; }

    /// <summary>
    /// Told, outside all locks, when host access on behalf of a system call hit a guard page: the page is open now, and a stack
    /// needs a new guard.
    /// </summary>
    internal Action<ulong>? GuardPageHit { get; set; }

    /// <summary>Bytes reserved, committed or not.</summary>
    public ulong VirtualSize
    {
        get
        {
            lock (_lock)
            {
                return _regions.All.Aggregate(0ul, (sum, region) => sum + region.Size);
            }
        }
    }

    /// <summary>Committed private bytes.</summary>
    public ulong CommittedBytes { get; private set; }

    /// <summary>Frees everything: no thread of the process runs any more.</summary>
    public void Destroy()
    {
        lock (_lock)
        {
            foreach (Region region in _regions.All)
            {
                DropPages(region, 0, region.Pages.Count);
                if (region.View is { } view)
                {
                    view.Section.Aliases?.Remove(view);
                    view.Release(_memory);
                }
            }
            _regions.Close();
            _charges.ForEach(charge => charge.Return(CommittedBytes));
            CommittedBytes = 0;
            Tables.Clear();
            _kernel.ReleaseAddressSpace(Tables);
        }
    }

    /// <summary>The most private bytes that the process may commit; what is committed already stays.</summary>
    internal ulong CommitLimit { get; set; } = ulong.MaxValue;

    /// <summary>Makes the private bytes count for another charge too: the one of a job that the process has joined.</summary>
    internal void JoinCharge(CommitCharge charge)
    {
        lock (_lock)
        {
            charge.Take(CommittedBytes);
            _charges.Add(charge);
        }
    }

    private bool Charge(ulong bytes)
    {
        if (CommittedBytes > CommitLimit || bytes > CommitLimit - CommittedBytes)
        {
            return false;
        }
        for (int i = 0; i < _charges.Count; i++)
        {
            if (!_charges[i].TryTake(bytes))
            {
                _charges[..i].ForEach(charge => charge.Return(bytes));
                return false;
            }
        }
        CommittedBytes += bytes;
        _peakCommitted = Math.Max(_peakCommitted, CommittedBytes);
        return true;
    }

    private void ReturnCharge(ulong bytes)
    {
        _charges.ForEach(charge => charge.Return(bytes));
        CommittedBytes -= bytes;
    }
}
