using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>What changes whenever a host file's bytes do.</summary>
public static class FileIdentity
{
    /// <summary>
    /// Device, inode, size, and the times of the last change of data and of the inode as one line of text; null when the host does not tell. The kernel
    /// sets the inode's time at every write, and programs cannot set it back.
    /// </summary>
    public static string? Describe(SafeFileHandle file) => HostTree.TryStat(file, out HostStat stat)
        ? string.Create(CultureInfo.InvariantCulture, $"{stat.Key.Device:x}:{stat.Key.Inode:x} {stat.Size} {stat.ModifyTime.Seconds}.{stat.ModifyTime.Nanoseconds} {stat.ChangeTime.Seconds}.{stat.ChangeTime.Nanoseconds}")
        : null;
}
