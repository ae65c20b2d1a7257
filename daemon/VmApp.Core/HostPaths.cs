using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PortableVirt.Cell;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.VmApp.Core;

/// <summary>The paths of the host that every VM-app reads, whatever its program was granted.</summary>
internal static class HostPaths
{
    /// <summary>Named one by one, not their folders: /etc and /proc hold what concerns nobody here.</summary>
    private static readonly string[] _always =
    [
        "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime", "/etc/ld.so.cache", "/etc/ssl", "/etc/pki/tls", "/usr/share/ca-certificates",
        "/usr/share/zoneinfo", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", SystemLibrary.DebianNlsFolder,
        "/proc/self", "/proc/meminfo", "/proc/stat", "/proc/cpuinfo", "/sys/devices/system", "/sys/fs/cgroup",
    ];

    private static readonly string[] _network = ["/etc/hosts", "/etc/resolv.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols", "/proc/sys/net"];

    /// <summary>Programs that manage /etc/resolv.conf write new files in these folders.</summary>
    private static readonly string[] _hostNetwork = ["/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager", "/sys/class/net", "/sys/devices/virtual/net", "/sys/devices/pci0000:00"];

    /// <summary>What a run with some network reads, and the devices that are open to everybody.</summary>
    public static IEnumerable<CellPath> For(NetworkMode network)
    {
        IEnumerable<string> read = network switch
        {
            NetworkMode.Host => [.. _always, .. _network, .. _hostNetwork],
            NetworkMode.Loopback => [.. _always, .. _network],
            _ => _always,
        };
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            // Not a native program: it is loaded, piece by piece, from its folder and the runtime's.
            read = [.. read, AppContext.BaseDirectory, Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory()), "/etc/dotnet"];
        }
        return [.. read.Select(path => new CellPath(path, CellPathUse.Read)), new("/dev/null", CellPathUse.Write), new("/dev/urandom", CellPathUse.Read)];
    }
}
