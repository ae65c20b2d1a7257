using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Hypervisor;

/// <summary>
/// Guest-physical memory: RAM frames that grow on demand, and file-backed slots in a window above them. All members are thread-safe.
/// A frame is 4096 bytes. Guest-physical address 0 is never a frame: it stands for none.
/// </summary>
public sealed class GuestMemory
{
    internal GuestMemory()
    {
    }

    /// <summary>Bytes of RAM frames that are allocated now.</summary>
    public ulong AllocatedBytes => throw new NotSupportedException();

    /// <summary>
    /// Allocates contiguous frames that read as zero. Blocks of 512 frames and more start at a multiple of 2 MiB, in guest-physical and in host
    /// address alike, so that the host can back them by huge pages.
    /// </summary>
    /// <param name="count">Frames, at least 1.</param>
    /// <param name="alignment">Alignment in frames: a power of two, at most 512.</param>
    /// <returns>Guest-physical address of the first frame, or 0 when the limit or the host's memory is exhausted.</returns>
    public ulong AllocateFrames(int count, int alignment = 1) => throw new NotSupportedException();

    /// <summary>
    /// Frees frames, whole allocations or parts. Their content is gone, the host gets the memory back, and on return no virtual processor has a
    /// translation of them (measured: dropping the host mapping runs the MMU notifier). Clear the page-table entries first.
    /// Throws <see cref="InvalidOperationException"/> when a frame is not allocated.
    /// </summary>
    public void FreeFrames(ulong gpa, int count) => throw new NotSupportedException();

    /// <summary>Makes allocated frames read as zero again, frees the host memory behind them and flushes all translations, but keeps them allocated.</summary>
    public void ZeroFrames(ulong gpa, int count) => throw new NotSupportedException();

    /// <summary>
    /// After page-table entries of these frames lost rights: on return no virtual processor uses the old entries. Contents stay. Frames may be RAM or in
    /// a file slot; a range outside live memory is ignored.
    /// </summary>
    public void FlushTranslations(ulong gpa, int count) => throw new NotSupportedException();

    /// <summary>Maps a piece of a file as a slot of its own. Throws <see cref="KvmException"/> when host or machine have no room, or the file cannot be mapped.</summary>
    /// <param name="file">The open file; it may be closed afterwards.</param>
    /// <param name="offset">Byte offset, a multiple of 4096.</param>
    /// <param name="length">Bytes, at least 1; rounded up to whole pages.</param>
    /// <param name="mapping">Private (copy-on-write) or shared.</param>
    public FileSlot MapFile(SafeFileHandle file, long offset, ulong length, FileMapping mapping) => throw new NotSupportedException();

    /// <summary>Maps several file pieces as one contiguous slot; pages that no piece covers are private zero pages. Throws as <see cref="MapFile"/> does.</summary>
    /// <param name="pageCount">Pages of the slot, at least 1.</param>
    /// <param name="pieces">Pieces inside it; a later piece replaces an earlier one where they overlap.</param>
    public FileSlot MapPieces(int pageCount, ReadOnlySpan<FilePiece> pieces) => throw new NotSupportedException();

    /// <summary>
    /// The host address of guest-physical bytes in RAM. Only for allocated or once allocated frames inside RAM: access through it cannot fault. False for
    /// file slots, whose pages can vanish with the file: use <see cref="TryCopyFrom"/> and <see cref="TryCopyTo"/>.
    /// </summary>
    public bool TryGetRamAddress(ulong gpa, ulong length, out nint address) => throw new NotSupportedException();

    /// <summary>The host address of guest-physical bytes in RAM or in one live file slot; <paramref name="isFile"/> tells that an access may raise SIGBUS.</summary>
    public bool TryGetHostAddress(ulong gpa, ulong length, out nint address, out bool isFile) => throw new NotSupportedException();

    /// <summary>The bytes of RAM as a span, empty when [gpa, gpa + length) is not in RAM. Guest threads may change them at any time.</summary>
    public Span<byte> RamSpan(ulong gpa, int length) => throw new NotSupportedException();

    /// <summary>Copies guest-physical bytes out. False when the range is not live memory, or a file page is gone; never a signal.</summary>
    public bool TryCopyFrom(ulong gpa, Span<byte> destination) => throw new NotSupportedException();

    /// <summary>Copies bytes into guest-physical memory. False when the range is not live memory, or a file page is gone or may not be written.</summary>
    public bool TryCopyTo(ulong gpa, ReadOnlySpan<byte> source) => throw new NotSupportedException();

    internal void Unmap(FileSlot slot) => throw new NotSupportedException();
}
