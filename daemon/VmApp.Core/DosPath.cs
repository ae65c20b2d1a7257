using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.VmApp.Core;

/// <summary>How programs see host files.</summary>
public static class DosPath
{
    /// <summary>The DOS path of an absolute host path: drive Z: and the path, names that Windows cannot spell escaped.</summary>
    public static string OfHost(string path) => "Z:" + HostName.PathFromHost(path).Replace('/', '\\');
}
