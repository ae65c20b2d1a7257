using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// Guest-physical memory: RAM frames that grow on demand, and file-backed slots in a window above them. All members are thread-safe.
/// A frame is 4096 bytes. Guest-physical address 0 is never a frame: it stands for none.
/// </summary>
public sealed class GuestMemory
{
    /// <summary>Bytes of a frame.</summary>
    public const int FrameSize = 4096;

    private const int FrameShift = 12;
    /// <summary>Freed frames that stay with the process: 2 MiB.</summary>
    private const int MaximumDirtyFrames = 512;

    /// <summary>Shorter runs go back to the host: flushing them costs as much as faulting them in again.</summary>
    private const int LeastDirtyFrames = 32;

    /// <summary>
    /// Each so many runs one goes back to the host all the same: frames that were zeroed here are backed whether the program touches them or not, and
    /// those that it does not touch are not worth it.
    /// </summary>
    private const int RunsBetweenTrials = 8;

    private const int ReadWrite = NativeMmap.ProtRead | NativeMmap.ProtWrite;

    private readonly MemoryWindow _ram;
    private readonly FileWindow _files;
    private readonly FrameAllocator _frames;
    private readonly DirtyFrames _dirty = new(MaximumDirtyFrames);
    private readonly Lock _lock = new();
    private readonly Lock _flushLock = new();
    private int _flushSequence;
    private uint _residentRuns;

    internal GuestMemory(MemorySlots slots, MemoryLayout layout)
    {
        _frames = new FrameAllocator((int)(layout.RamBytes >> 21));
        _ram = new MemoryWindow(slots, layout.RamBase, layout.RamBytes, isAnonymous: true, hugePages: true);
        try
        {
            _files = new FileWindow(slots, layout);
            if (!_ram.TryGrow(1))
            {
                _files.Dispose();
                throw new KvmException(KvmError.OutOfMemory, "KVM refused the first memory of the guest; the host has too little memory.");
            }
        }
        catch (KvmException)
        {
            _ram.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of RAM frames that are allocated now.</summary>
    public ulong AllocatedBytes
    {
        get
        {
            lock (_lock)
            {
                return (ulong)_frames.AllocatedFrames << FrameShift;
            }
        }
    }

    /// <summary>Odd while host mappings are being flushed; a virtual processor that got EFAULT meanwhile tries again.</summary>
    internal int FlushSequence => Volatile.Read(ref _flushSequence);

    /// <summary>
    /// Allocates contiguous frames that read as zero. Blocks of 512 frames and more start at a multiple of 2 MiB, in guest-physical and in host
    /// address alike, so that the host can back them by huge pages.
    /// </summary>
    /// <param name="count">Frames, at least 1.</param>
    /// <param name="alignment">Alignment in frames: a power of two, at most 512.</param>
    /// <returns>Guest-physical address of the first frame, or 0 when the limit or the host's memory is exhausted.</returns>
    public ulong AllocateFrames(int count, int alignment = 1)
    {
        long frame;
        int blocks;
        int blocksNow;
        lock (_lock)
        {
            blocks = _frames.BlockCount;
            frame = _frames.Allocate(count, alignment);
            blocksNow = _frames.BlockCount;
            if (frame < 0)
            {
                return 0;
            }

            if (!_ram.TryGrow((ulong)(frame + count) << FrameShift))
            {
                _frames.Free(frame, count);
                return 0;
            }
        }

        if (_ram.Back(blocks, blocksNow) is >= 0 and long late)
        {
            lock (_lock)
            {
                _ram.PreferSmallPages(late + 1);
            }
        }

        ZeroDirty(frame, frame + count);
        return _ram.Gpa + ((ulong)frame << FrameShift);
    }

    /// <summary>
    /// Frees frames, whole allocations or parts. Their content is gone, the host gets the memory back but for 2 MiB that are likely to be needed again,
    /// and on return no virtual processor has a translation of them (measured: dropping the host mapping runs the MMU notifier). Clear the page-table
    /// entries first. Throws <see cref="InvalidOperationException"/> when a frame is not allocated.
    /// </summary>
    public void FreeFrames(ulong gpa, int count)
    {
        bool keep = count is >= LeastDirtyFrames and <= MaximumDirtyFrames && IsResident(gpa, count)
            && Interlocked.Increment(ref _residentRuns) % RunsBetweenTrials != 0;
        if (keep)
        {
            FlushTranslations(gpa, count);
        }
        else
        {
            ZeroFrames(gpa, count);
        }

        long frame = (long)((gpa - _ram.Gpa) >> FrameShift);
        lock (_lock)
        {
            CheckAllocated(gpa, count);
            _frames.Free(frame, count);
            if (keep)
            {
                Keep(frame, count);
            }
        }
    }

    /// <summary>Makes allocated frames read as zero again, frees the host memory behind them and flushes all translations, but keeps them allocated.</summary>
    public void ZeroFrames(ulong gpa, int count)
    {
        lock (_lock)
        {
            CheckAllocated(gpa, count);
        }

        nint host = _ram.HostBase + (nint)(gpa - _ram.Gpa);
        Check(NativeMmap.Advise(host, (nuint)count << FrameShift, NativeMmap.AdviceDontNeed), "madvise");
    }

    /// <summary>
    /// After page-table entries of these frames lost rights: on return no virtual processor uses the old entries. Contents stay, and host threads may
    /// read and write the frames meanwhile. Frames may be RAM or in a file slot; a range outside live memory is ignored.
    /// </summary>
    /// <remarks>
    /// Two changes of protection run KVM's MMU notifier. The one in between is write-only, which x86 page tables cannot express: the memory stays
    /// readable and writable for host threads, and only KVM sees EFAULT in that instant, which <see cref="Vcpu.Run"/> tries again.
    /// </remarks>
    public void FlushTranslations(ulong gpa, int count)
    {
        ulong length = (ulong)count << FrameShift;
        if (_ram.TryTranslate(gpa, length, out nint host))
        {
            Toggle(host, length);
            return;
        }

        FileSlot? slot = _files.Find(gpa, length, out host);
        if (slot is null)
        {
            return;
        }

        int first = (int)((gpa - slot.Gpa) >> FrameShift);
        for (int page = first; page < first + count;)
        {
            bool shared = slot.IsShared(page);
            int end = page + 1;
            while (end < first + count && slot.IsShared(end) == shared)
            {
                end++;
            }

            nint at = host + ((nint)(page - first) << FrameShift);
            nuint bytes = (nuint)(end - page) << FrameShift;
            if (shared)
            {
                Check(NativeMmap.Advise(at, bytes, NativeMmap.AdviceDontNeed), "madvise");
            }
            else
            {
                Toggle(at, bytes);
            }

            page = end;
        }
    }

    /// <summary>Maps a piece of a file as a slot of its own. Throws <see cref="KvmException"/> when host or machine have no room, or the file cannot be mapped.</summary>
    /// <param name="file">The open file; it may be closed afterwards.</param>
    /// <param name="offset">Byte offset, a multiple of 4096.</param>
    /// <param name="length">Bytes, at least 1; rounded up to whole pages.</param>
    /// <param name="mapping">Private (copy-on-write) or shared.</param>
    public FileSlot MapFile(SafeFileHandle file, long offset, ulong length, FileMapping mapping)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (ulong)int.MaxValue << FrameShift);
        int pages = (int)((length + FrameSize - 1) >> FrameShift);
        return _files.Map(this, pages, [new FilePiece(file, offset, length, 0, mapping)]);
    }

    /// <summary>Has KVM get ready for mapped files, which takes it some 0.1 ms that another thread may have to spare.</summary>
    public void PrepareFiles() => _files.Prepare();

    /// <summary>Maps several file pieces as one contiguous slot; pages that no piece covers are private zero pages. Throws as <see cref="MapFile"/> does.</summary>
    /// <param name="pageCount">Pages of the slot, at least 1.</param>
    /// <param name="pieces">Pieces inside it; a later piece replaces an earlier one where they overlap.</param>
    public FileSlot MapPieces(int pageCount, ReadOnlySpan<FilePiece> pieces) => _files.Map(this, pageCount, pieces);

    /// <summary>
    /// The host address of guest-physical bytes in RAM, where an access cannot fault. False for file slots, whose pages can vanish with the file: use
    /// <see cref="TryCopyFrom"/> and <see cref="TryCopyTo"/>.
    /// </summary>
    public bool TryGetRamAddress(ulong gpa, ulong length, out nint address) => _ram.TryTranslate(gpa, length, out address);

    /// <summary>The host address of guest-physical bytes in RAM or in one live file slot; <paramref name="isFile"/> tells that an access may raise SIGBUS.</summary>
    public bool TryGetHostAddress(ulong gpa, ulong length, out nint address, out bool isFile)
    {
        isFile = false;
        if (_ram.TryTranslate(gpa, length, out address))
        {
            return true;
        }

        isFile = true;
        return _files.Find(gpa, length, out address) is not null;
    }

    /// <summary>The bytes of RAM as a span, empty when [gpa, gpa + length) is not in RAM. Guest threads may change them at any time.</summary>
    public Span<byte> RamSpan(ulong gpa, int length) =>
        length > 0 && _ram.TryTranslate(gpa, (ulong)length, out nint host) ? HostPointer.Bytes(host, length) : [];

    /// <summary>Copies guest-physical bytes out. False when the range is not live memory, or a file page is gone; never a signal.</summary>
    public bool TryCopyFrom(ulong gpa, Span<byte> destination)
    {
        if (_ram.TryTranslate(gpa, (ulong)destination.Length, out nint host))
        {
            HostPointer.Bytes(host, destination.Length).CopyTo(destination);
            return true;
        }

        return _files.Find(gpa, (ulong)destination.Length, out host) is not null && HostPointer.SafeRead(host, destination);
    }

    /// <summary>Copies bytes into guest-physical memory. False when the range is not live memory, or a file page is gone or may not be written.</summary>
    public bool TryCopyTo(ulong gpa, ReadOnlySpan<byte> source)
    {
        if (_ram.TryTranslate(gpa, (ulong)source.Length, out nint host))
        {
            source.CopyTo(HostPointer.Bytes(host, source.Length));
            return true;
        }

        return _files.Find(gpa, (ulong)source.Length, out host) is not null && HostPointer.SafeWrite(host, source);
    }

    internal void Unmap(FileSlot slot) => _files.Unmap(slot);

    internal void Dispose()
    {
        _files.Dispose();
        _ram.Dispose();
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new KvmException(errno == Errno.NoMemory ? KvmError.OutOfMemory : KvmError.CallFailed, $"{call} of guest memory failed: {Errno.Text(errno)}.", errno);
        }
    }

    private nint HostAddress(long frame) => _ram.HostBase + (nint)(frame << FrameShift);

    private void CheckAllocated(ulong gpa, int count)
    {
        if (gpa < _ram.Gpa || (gpa & (FrameSize - 1)) != 0 || !_frames.IsAllocated((long)((gpa - _ram.Gpa) >> FrameShift), count))
        {
            throw new InvalidOperationException($"{count} frames at 0x{gpa:x} are not all allocated.");
        }
    }

    /// <summary>True when the host backs all of the frames, so that keeping them costs no memory.</summary>
    private bool IsResident(ulong gpa, int count)
    {
        Span<byte> resident = stackalloc byte[MaximumDirtyFrames];
        return _ram.TryTranslate(gpa, (ulong)count << FrameShift, out nint host)
            && NativeMmap.Resident(host, (nuint)count << FrameShift, ref MemoryMarshal.GetReference(resident)) == 0
            && resident[..count].IndexOf((byte)0) < 0;
    }

    private void ZeroDirty(long frame, long end)
    {
        while (frame < end)
        {
            int count;
            lock (_lock)
            {
                (frame, count) = _dirty.Take(frame, end);
            }

            if (count == 0)
            {
                return;
            }

            HostPointer.Bytes(HostAddress(frame), count << FrameShift).Clear();
            frame += count;
        }
    }

    /// <summary>Keeps free frames as they are. Those that were kept before go back to the host when it gets too many.</summary>
    private void Keep(long frame, int count)
    {
        if (!_dirty.HasRoom(count))
        {
            for ((long first, int length) = _dirty.Take(0, long.MaxValue); length != 0; (first, length) = _dirty.Take(first, long.MaxValue))
            {
                Check(NativeMmap.Advise(HostAddress(first), (nuint)length << FrameShift, NativeMmap.AdviceDontNeed), "madvise");
            }
        }

        _dirty.Add(frame, count);
    }

    private void Toggle(nint host, ulong length)
    {
        lock (_flushLock)
        {
            Interlocked.Increment(ref _flushSequence);
            try
            {
                Check(NativeMmap.Protect(host, (nuint)length, NativeMmap.ProtWrite), "mprotect");
                Check(NativeMmap.Protect(host, (nuint)length, ReadWrite), "mprotect");
            }
            finally
            {
                Interlocked.Increment(ref _flushSequence);
            }
        }
    }
}
