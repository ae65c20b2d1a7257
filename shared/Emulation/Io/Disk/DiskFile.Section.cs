using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>The file as the source of a section.</summary>
internal sealed partial class DiskFile : ISectionSource
{
    /// <inheritdoc/>
    public string SectionFileName => $@"\Device\HarddiskVolume{Volume.Number}{FileName}";

    /// <inheritdoc/>
    public NtStatus OpenForSection(bool forWrite, out SafeFileHandle? file, out long length)
    {
        file = null;
        length = 0;
        if (!TryGetHostFile(out SafeFileHandle handle))
        {
            return NtStatus.InvalidFileForSection;
        }
        if (forWrite && (Access & FileAccessRights.WriteData) == 0)
        {
            return NtStatus.AccessDenied;
        }
        if (!HostTree.TryStat(handle, out HostStat stat))
        {
            return Errno.LastStatus;
        }
        length = stat.Size;
        return HostDescriptor.Duplicate(handle, out file);
    }

    /// <inheritdoc/>
    public NtStatus ExtendTo(long length) => SetSize(length);

    /// <inheritdoc/>
    public IDisposable RegisterSection(long size) => Executive.Io.MappedFiles.Add(Block.Key, size);
}
