using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Devices;

/// <summary>\Device\MountPointManager: tells which volumes there are and what they are called.</summary>
internal sealed class MountManagerDevice(IReadOnlyList<Volume> volumes) : DeviceObject
{
    /// <summary>The volume's name without a drive letter.</summary>
    public static string VolumeName(Volume volume) => $@"\??\Volume{{50560000-0000-0000-0000-{volume.SerialNumber:x12}}}";

    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        information = FileCreateRequest.Opened;
        file = null!;
        if (remainder.Length != 0)
        {
            return NtStatus.ObjectNameNotFound;
        }
        file = new MountManagerFile(volumes, request.Thread.Executive, request.Access & ~FileAccessRights.MaximumAllowed, request.Share, request.Options);
        return NtStatus.Success;
    }
}
