using PortableVirt.VirtualLayer.Files;

namespace PortableVirt.VmApp.Core;

/// <summary>Where host files appear in the guest.</summary>
internal sealed class GuestPaths(FilePolicy policy)
{
    /// <summary>DOS path of a host folder with a trailing backslash; C:\ when the program may not see the folder.</summary>
    public string FolderFromHost(string folder) =>
        policy.Ask(folder).Kind == FileVerdictKind.Granted ? DosPath.OfHost(folder).TrimEnd('\\') + "\\" : @"C:\";

    /// <summary>NT device name of a path on drive C: or Z:.</summary>
    public static string DeviceName(string dosPath) => (dosPath[0] == 'C' ? @"\Device\HarddiskVolume1" : @"\Device\HarddiskVolume2") + dosPath[2..];
}
