using PortableVirt.Protocol.Sockets;

namespace PortableVirt.Dispatch.Hosting;

/// <summary>Options of portablevirtd.</summary>
/// <param name="SocketPath">Path of its socket; not used under socket activation.</param>
/// <param name="VmAppPath">Path of portablevirt-vmapp.</param>
/// <param name="StatePath">Folder of the registry, the store of packages and the logs.</param>
/// <param name="CgroupPath">Folder of the VMs' control groups (cgroup v2).</param>
public sealed record DaemonOptions(string SocketPath, string VmAppPath, string StatePath, string CgroupPath)
{
    private const string DefaultState = "/var/lib/portablevirt";

    /// <summary>The group of portablevirt-vms.service, which exists to own it.</summary>
    private const string DefaultCgroup = "/sys/fs/cgroup/system.slice/portablevirt-vms.service";

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It is wrong; the message says how.</exception>
    public static DaemonOptions Parse(IReadOnlyList<string> words)
    {
        string socket = WellKnownSockets.Daemon;
        string vmApp = Path.Combine(AppContext.BaseDirectory, "portablevirt-vmapp");
        string state = DefaultState;
        string groups = DefaultCgroup;
        for (int i = 0; i < words.Count; i += 2)
        {
            string value = i + 1 < words.Count ? words[i + 1] : throw new ArgumentException($"{words[i]} needs a value");
            switch (words[i])
            {
                case "--socket":
                    socket = Path.GetFullPath(value);
                    break;
                case "--vmapp":
                    vmApp = Path.GetFullPath(value);
                    break;
                case "--state":
                    state = Path.GetFullPath(value);
                    break;
                case "--cgroups":
                    groups = Path.GetFullPath(value);
                    break;
                default:
                    throw new ArgumentException($"there is no option {words[i]}; there are --socket PATH, --vmapp PATH, --state DIR, --cgroups DIR, --version, and --end-vms before the others");
            }
        }

        return new DaemonOptions(socket, vmApp, state, groups);
    }
}
