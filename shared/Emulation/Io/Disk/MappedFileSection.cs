using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>A data section over a host file; while it is not disposed, the file cannot be cut below <paramref name="size"/>.</summary>
/// <param name="table">The table that holds it.</param>
/// <param name="key">The file.</param>
/// <param name="size">Size of the section in bytes.</param>
internal sealed class MappedFileSection(MappedFileTable table, FileKey key, long size) : IDisposable
{
    /// <summary>The file.</summary>
    public FileKey Key { get; } = key;

    /// <summary>Size of the section in bytes.</summary>
    public long Size { get; } = size;

    /// <inheritdoc/>
    public void Dispose() => table.Remove(this);
}
