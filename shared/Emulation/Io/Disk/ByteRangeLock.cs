using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>A byte-range lock that is held.</summary>
/// <param name="File">The file object that holds it.</param>
/// <param name="Process">The process that took it.</param>
/// <param name="Key">Key of the call.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes; the range may reach past 2^63.</param>
/// <param name="IsExclusive">No other reader or writer.</param>
internal sealed record ByteRangeLock(FileObject File, NtProcess Process, uint Key, ulong Offset, ulong Length, bool IsExclusive)
{
    private UInt128 End => (UInt128)Offset + Length;

    public bool Overlaps(ulong offset, ulong length) => (UInt128)offset < End && Offset < (UInt128)offset + length;

    public bool IsOwnedBy(FileObject file, NtProcess process) => File == file && Process == process;
}
