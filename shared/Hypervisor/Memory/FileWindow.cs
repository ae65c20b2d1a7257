using System.Runtime.InteropServices;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// The window of guest-physical memory in which files are mapped. It is registered with KVM in large pieces; mapping and unmapping a file changes host
/// mappings only, and KVM's MMU notifier keeps the guest's translations right. Thread-safe.
/// </summary>
internal sealed class FileWindow : IDisposable
{
    private const int PageShift = 12;
    private const int ReadWrite = NativeMmap.ProtRead | NativeMmap.ProtWrite;
    private const int Anonymous = NativeMmap.MapPrivate | NativeMmap.MapAnonymous | NativeMmap.MapFixed | NativeMmap.MapNoReserve;

    private readonly MemoryWindow _window;
    private readonly PageRangeAllocator _ranges;
    private readonly Lock _lock = new();
    private FileSlot[] _live = [];
    private bool _disposed;

    public FileWindow(MemorySlots slots, MemoryLayout layout)
    {
        _window = new MemoryWindow(slots, layout.FileBase, layout.FileBytes, isAnonymous: false, hugePages: false);
        _ranges = new PageRangeAllocator(layout.FileBytes >> PageShift);
    }

    /// <summary>Registers the first piece now. Where KVM refuses, <see cref="Map"/> tells.</summary>
    public void Prepare()
    {
        lock (_lock)
        {
            _ = _window.TryGrow(1);
        }
    }

    public FileSlot Map(GuestMemory memory, int pageCount, ReadOnlySpan<FilePiece> pieces)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageCount, 1);
        foreach (FilePiece piece in pieces)
        {
            Check(piece, pageCount);
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ulong page = _ranges.Allocate((ulong)pageCount)
                ?? throw new KvmException(KvmError.OutOfMemory, "The guest has no address space left for mapped files.");
            if (!_window.TryGrow(_ranges.Top << PageShift))
            {
                _ranges.Free(page, (ulong)pageCount);
                throw new KvmException(KvmError.OutOfMemory, "KVM refused more guest memory for mapped files.");
            }

            nint host = _window.HostBase + (nint)(page << PageShift);
            int errno = MapHost(host, pageCount, pieces);
            if (errno != 0)
            {
                Release(page, pageCount);
                KvmError error = errno == Errno.NoMemory ? KvmError.OutOfMemory : KvmError.CallFailed;
                throw new KvmException(error, $"A file could not be mapped: {Errno.Text(errno)}.", errno);
            }

            FileSlot slot = new(memory, _window.Gpa + (page << PageShift), pageCount, SharedRanges(pieces));
            int at = ~Find(_live, slot.Gpa);
            Volatile.Write(ref _live, [.. _live[..at], slot, .. _live[at..]]);
            return slot;
        }
    }

    public void Unmap(FileSlot slot)
    {
        lock (_lock)
        {
            int at = Find(_live, slot.Gpa);
            if (_disposed || at < 0)
            {
                return;
            }

            Volatile.Write(ref _live, [.. _live[..at], .. _live[(at + 1)..]]);
            Release((slot.Gpa - _window.Gpa) >> PageShift, slot.PageCount);
        }
    }

    /// <summary>The live slot that contains the whole range, and the range's host address.</summary>
    public FileSlot? Find(ulong gpa, ulong length, out nint address)
    {
        FileSlot[] live = Volatile.Read(ref _live);
        int at = Find(live, gpa);
        at = at >= 0 ? at : ~at - 1;
        address = 0;
        if (at < 0)
        {
            return null;
        }

        FileSlot slot = live[at];
        ulong offset = gpa - slot.Gpa;
        if (offset >= slot.Length || length > slot.Length - offset)
        {
            return null;
        }

        address = _window.HostBase + (nint)(gpa - _window.Gpa);
        return slot;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Volatile.Write(ref _live, []);
            _window.Dispose();
        }
    }

    private static void Check(in FilePiece piece, int pageCount)
    {
        ulong pages = Pages(piece.Length);
        if (piece.Length == 0 || piece.Offset < 0 || (piece.Offset & 0xFFF) != 0 || piece.PageIndex < 0 || piece.PageIndex > pageCount
            || pages > (ulong)(pageCount - piece.PageIndex))
        {
            throw new ArgumentOutOfRangeException(nameof(piece), $"Piece {piece} does not fit into {pageCount} pages or is not page-aligned.");
        }
    }

    private static ulong Pages(ulong bytes) => (bytes >> PageShift) + ((bytes & 0xFFF) != 0 ? 1UL : 0);

    private static int MapHost(nint host, int pageCount, ReadOnlySpan<FilePiece> pieces)
    {
        if (pieces.Length != 1 || Pages(pieces[0].Length) != (ulong)pageCount)
        {
            if (NativeMmap.Map(host, (nuint)pageCount << PageShift, ReadWrite, Anonymous, -1, 0) == -1)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        foreach (FilePiece piece in pieces)
        {
            int protection = piece.Mapping == FileMapping.SharedReadOnly ? NativeMmap.ProtRead : ReadWrite;
            int flags = NativeMmap.MapFixed | (piece.Mapping == FileMapping.Private ? NativeMmap.MapPrivate | NativeMmap.MapNoReserve : NativeMmap.MapShared);
            nint at = host + ((nint)piece.PageIndex << PageShift);
            if (NativeMmap.Map(at, (nuint)(Pages(piece.Length) << PageShift), protection, flags, piece.File, piece.Offset) == -1)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        return NativeMmap.Advise(host, (nuint)pageCount << PageShift, NativeMmap.AdviceDontFork) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static (int Page, int Count)[] SharedRanges(ReadOnlySpan<FilePiece> pieces)
    {
        List<(int Page, int Count)> shared = [];
        foreach (FilePiece piece in pieces)
        {
            if (piece.Mapping != FileMapping.Private)
            {
                shared.Add((piece.PageIndex, (int)Pages(piece.Length)));
            }
        }

        return [.. shared];
    }

    private static int Find(FileSlot[] slots, ulong gpa)
    {
        int low = 0;
        int high = slots.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ulong at = slots[middle].Gpa;
            if (at == gpa)
            {
                return middle;
            }

            (low, high) = at < gpa ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    private void Release(ulong page, int pageCount)
    {
        nint host = _window.HostBase + (nint)(page << PageShift);
        if (NativeMmap.Map(host, (nuint)pageCount << PageShift, NativeMmap.ProtNone, Anonymous, -1, 0) == -1)
        {
            // The kernel could not split its mapping: the range stays mapped and its addresses are not given out again.
            return;
        }

        _ranges.Free(page, (ulong)pageCount);
    }
}
