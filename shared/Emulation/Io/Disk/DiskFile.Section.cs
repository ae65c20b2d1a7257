using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>The file as the source of a section.</summary>
internal sealed partial class DiskFile : ISectionSource
{
    /// <inheritdoc/>
    public string SectionFileName => $@"\Device\HarddiskVolume{Volume.Number}{FileName}";

    /// <inheritdoc/>
    public NtStatus OpenForSection(bool forWrite, out FileExtent? file)
    {
        file = null;
        if (Location.File is { } layered)
        {
            return forWrite ? NtStatus.AccessDenied : Extend(layered.Open(out SafeFileHandle copied), copied, layered.Offset, layered.Length, isWhole: false, out file);
        }
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
        return Extend(HostDescriptor.Duplicate(handle, out SafeFileHandle? copy), copy!, 0, stat.Size, isWhole: true, out file);
    }

    private static NtStatus Extend(NtStatus status, SafeFileHandle handle, long offset, long length, bool isWhole, out FileExtent? file)
    {
        file = status.IsSuccess ? new FileExtent(handle, offset, length, isWhole) : null;
        return status;
    }

    /// <inheritdoc/>
    public NtStatus ExtendTo(long length) => SetSize(length);

    /// <inheritdoc/>
    public IDisposable RegisterSection(long size) => Executive.Io.MappedFiles.Add(Block.Key, size);
}
