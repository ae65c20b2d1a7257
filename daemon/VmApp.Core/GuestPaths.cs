using PortableVirt.Emulation.Io;

namespace PortableVirt.VmApp.Core;

/// <summary>Where host files appear in the guest.</summary>
internal sealed class GuestPaths(IoManager io)
{
    /// <summary>DOS path of a host file: Z: and its host path.</summary>
    public string FromHost(string path)
    {
        _ = io;
        return "Z:" + path.Replace('/', '\\');
    }

    /// <summary>DOS path of a host folder with a trailing backslash; C:\ when the program may not see the folder.</summary>
    public string FolderFromHost(string folder)
    {
        string path = FromHost(folder).TrimEnd('\\') + "\\";
        return io.FolderExists(@"\??\" + path) ? path : @"C:\";
    }

    /// <summary>NT device name of a DOS path.</summary>
    public string DeviceName(string dosPath) => (dosPath[0] is 'Z' or 'z' ? @"\Device\HarddiskVolume2" : @"\Device\HarddiskVolume1") + dosPath[2..];
}
