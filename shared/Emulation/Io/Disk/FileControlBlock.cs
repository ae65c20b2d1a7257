using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>What all open file objects of one host file share. Guarded by the table's lock, but for the locks' own.</summary>
internal sealed class FileControlBlock(FileKey key)
{
    /// <summary>The file.</summary>
    public FileKey Key { get; } = key;

    /// <summary>Open file objects.</summary>
    public List<DiskFile> Opens { get; } = new(1);

    /// <summary>The file goes when its last file object is closed; nothing can open it any more.</summary>
    public bool DeletePending { get; set; }

    /// <summary>Byte-range locks; null until the first.</summary>
    public ByteRangeLocks? Locks { get; set; }

    /// <summary>Held while extended attributes are changed.</summary>
    public Lock EaLock { get; } = new();

    /// <summary>Held by writes at the end of the file.</summary>
    public Lock AppendLock { get; } = new();
}
