using System.Diagnostics;
using System.Runtime.InteropServices;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// A range of guest-physical addresses with the host addresses reserved for it, registered with KVM piece by piece as it is needed. Guest-physical and
/// host addresses differ by a constant, and agree modulo 2 MiB.
/// </summary>
internal sealed class MemoryWindow : IDisposable
{
    private const ulong Block = 2UL << 20;

    // KVM allocates 16 bytes a page for what may be mapped: a first slot of 1 GiB cost every start 0.4 ms (measured).
    private const ulong SmallestStep = 128UL << 20;
    private const ulong LargestStep = 4UL << 30;

    /// <summary>Clearing 2 MiB takes 0.1 to 0.3 ms.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(0.8);

    private readonly MemorySlots _slots;
    private readonly nint _reserved;
    private readonly nuint _reservedLength;
    private readonly ulong _maximum;
    private readonly bool _isAnonymous;
    private readonly bool _hugePages;
    private readonly ulong _firstStep;
    private ulong _limit;
    private ulong _small;
    private bool _disposed;

    /// <param name="slots">KVM's slots.</param>
    /// <param name="gpa">First guest-physical address.</param>
    /// <param name="maximum">Bytes that the window can grow to.</param>
    /// <param name="isAnonymous">True: grown memory is readable and writable zero pages. False: it stays inaccessible until something is mapped there.</param>
    /// <param name="hugePages">True: anonymous memory asks for transparent huge pages.</param>
    /// <param name="firstStep">Bytes to begin with.</param>
    public MemoryWindow(MemorySlots slots, ulong gpa, ulong maximum, bool isAnonymous, bool hugePages, ulong firstStep = SmallestStep)
    {
        _firstStep = firstStep;
        _slots = slots;
        _maximum = maximum;
        _isAnonymous = isAnonymous;
        _hugePages = hugePages;
        Gpa = gpa;
        _reservedLength = (nuint)(maximum + Block);
        const int Flags = NativeMmap.MapPrivate | NativeMmap.MapAnonymous | NativeMmap.MapNoReserve;
        _reserved = NativeMmap.Map(0, _reservedLength, NativeMmap.ProtNone, Flags, -1, 0);
        if (_reserved == -1)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new KvmException(
                KvmError.OutOfMemory,
                $"{maximum >> 20} MiB of address space for guest memory could not be reserved: {Errno.Text(errno)}. Raise the address-space limit (ulimit -v).",
                errno);
        }

        HostBase = (nint)(((ulong)_reserved + Block - 1) & ~(Block - 1));
    }

    /// <summary>First guest-physical address.</summary>
    public ulong Gpa { get; }

    /// <summary>Host address of <see cref="Gpa"/>.</summary>
    public nint HostBase { get; }

    /// <summary>Bytes registered with KVM so far.</summary>
    public ulong Limit => Volatile.Read(ref _limit);

    /// <summary>Registers more, so that at least <paramref name="needed"/> bytes are usable: twice as much as before, or what is needed. The caller holds its lock.</summary>
    public bool TryGrow(ulong needed)
    {
        if (needed <= _limit)
        {
            return true;
        }

        if (needed > _maximum || _disposed)
        {
            return false;
        }

        ulong step = Math.Clamp(_limit, _firstStep, LargestStep);
        ulong target = Math.Min(_maximum, Math.Max((needed + Block - 1) & ~(Block - 1), _limit + step));
        ulong length = target - _limit;
        nint start = HostBase + (nint)_limit;
        if (_isAnonymous)
        {
            if (NativeMmap.Protect(start, (nuint)length, NativeMmap.ProtRead | NativeMmap.ProtWrite) != 0)
            {
                return false;
            }

            // These are hints: a kernel without them still works.
            _ = _hugePages ? NativeMmap.Advise(start, (nuint)length, NativeMmap.AdviceHugePage) : 0;
            if (_small != 0)
            {
                // A machine that needs this much lasts: the kernel may make huge pages of its first ones in time.
                _ = NativeMmap.Advise(HostBase, (nuint)_small, NativeMmap.AdviceHugePage);
                _small = 0;
            }

            _ = NativeMmap.Advise(start, (nuint)length, NativeMmap.AdviceDontFork);
            _ = NativeMmap.Advise(start, (nuint)length, NativeMmap.AdviceDontDump);
        }

        if (!_slots.TryAdd(Gpa + _limit, start, length))
        {
            return false;
        }

        Volatile.Write(ref _limit, target);
        return true;
    }

    /// <summary>
    /// Has the host back blocks of 2 MiB that are about to be used; the first whose memory came late, or -1. A host that is a virtual machine may have given its free
    /// memory back to its own host, 2 MiB at a time, and gets a huge page in 3 to 6 ms; single pages it has at hand, in pieces that were too small to give back.
    /// </summary>
    public long Back(long first, long end)
    {
        for (long block = first; _hugePages && block < end; block++)
        {
            long begin = Stopwatch.GetTimestamp();
            // What is there stays: another thread may have been faster.
            _ = Interlocked.Or(ref HostPointer.At<int>(HostBase + (nint)(block * (long)Block)), 0);
            if (Stopwatch.GetElapsedTime(begin) > s_late)
            {
                return block;
            }
        }

        return -1;
    }

    /// <summary>
    /// From a block on, what is registered to begin with gets single pages, until more is registered (measured: node.exe is at its prompt after 350 ms with huge pages
    /// that come late, after 210 with single ones, after 140 with huge pages that do not). The caller holds its lock.
    /// </summary>
    public void PreferSmallPages(long first)
    {
        ulong start = (ulong)first * Block;
        if (_small == 0 && start < _limit && _limit <= _firstStep && !_disposed)
        {
            _small = _limit;
            _ = NativeMmap.Advise(HostBase + (nint)start, (nuint)(_limit - start), NativeMmap.AdviceNoHugePage);
        }
    }

    /// <summary>The host address of a range inside the registered part.</summary>
    public bool TryTranslate(ulong gpa, ulong length, out nint address)
    {
        ulong offset = gpa - Gpa;
        ulong limit = Volatile.Read(ref _limit);
        address = HostBase + (nint)offset;
        return offset < limit && length <= limit - offset;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Volatile.Write(ref _limit, 0);
            _ = NativeMmap.Unmap(_reserved, _reservedLength);
        }
    }
}
