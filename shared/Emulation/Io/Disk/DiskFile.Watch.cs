using PortableVirt.Emulation.Io.Notify;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Change notification of a directory.</summary>
internal sealed partial class DiskFile
{
    private readonly Lock _watchLock = new();
    private DirectoryWatch? _watch;

    /// <summary>The watch of this file object; the first call decides what it watches.</summary>
    public NtStatus Watch(uint filter, bool subtree, out DirectoryWatch? watch)
    {
        lock (_watchLock)
        {
            NtStatus status = _watch is null ? DirectoryWatch.Create(Location, filter, subtree, out _watch) : NtStatus.Success;
            watch = _watch;
            return status;
        }
    }
}
