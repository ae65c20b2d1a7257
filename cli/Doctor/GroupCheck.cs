using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Doctor;

/// <summary>Control groups, which hold limits of VMs under the daemon.</summary>
/// <param name="root">Where the kernel shows them: /sys/fs/cgroup.</param>
internal sealed class GroupCheck(string root)
{
    private static readonly string[] s_controllers = ["memory", "cpu", "pids"];

    /// <summary>Looks at them.</summary>
    /// <param name="daemons">What the daemon says of those of its VMs; null where there is no daemon, or one that does not say.</param>
    public IEnumerable<Finding> Run(GroupInfo? daemons)
    {
        Finding host = OfHost();
        if (daemons is null)
        {
            return [host];
        }
        Finding loopback = daemons.LoopbackProblem.Length == 0
            ? new Finding("loopback", FindingLevel.Ok, "the kernel keeps VMs under the daemon to it, where they have no other network")
            : new Finding(
                "loopback", FindingLevel.Warning, $"the kernel does not keep VMs to it, only their executive does: {daemons.LoopbackProblem}",
                daemons.Problem.Length != 0 ? "what helps the control groups" : "a kernel with CONFIG_CGROUP_BPF, and CAP_NET_ADMIN for the daemon, which its unit gives it");
        return [OfDaemon(host, daemons), loopback];
    }

    /// <summary>The folder that the daemon was given for its VMs' groups.</summary>
    private static Finding OfDaemon(Finding host, GroupInfo daemons)
    {
        if (daemons.Problem.Length != 0)
        {
            return host.Level != FindingLevel.Ok
                ? host
                : new Finding(
                    "cgroups", FindingLevel.Warning, $"{daemons.Problem}: limits of VMs cannot be held",
                    "sudo systemctl start portablevirt-vms.service; or portablevirtd --cgroups with a folder that was delegated to it");
        }
        string[] missing = [.. s_controllers.Except(daemons.Controllers)];
        return missing.Length == 0
            ? new Finding("cgroups", FindingLevel.Ok, $"{daemons.Folder}, with memory, cpu and pids")
            : new Finding(
                "cgroups", FindingLevel.Warning, $"{daemons.Folder}, without {string.Join(", ", missing)}: limits of these cannot be held",
                host.Level != FindingLevel.Ok ? host.Remedy
                    : "delegate the controllers to it: Delegate= of portablevirt-vms.service, cgroup.subtree_control of the folders above it");
    }

    private Finding OfHost()
    {
        string controllers = Path.Combine(root, "cgroup.controllers");
        if (!File.Exists(controllers))
        {
            bool isMixed = File.Exists(Path.Combine(root, "unified", "cgroup.controllers"));
            return new Finding(
                "cgroups", FindingLevel.Warning, $"{(isMixed ? "version 1, with version 2 beside it" : Directory.Exists(Path.Combine(root, "memory")) ? "version 1" : "none")}: limits of VMs cannot be held",
                "boot with systemd.unified_cgroup_hierarchy=1, Debian's default");
        }
        string[] missing = [.. s_controllers.Except(File.ReadAllText(controllers).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))];
        return missing.Length == 0
            ? new Finding("cgroups", FindingLevel.Ok, "version 2, with memory, cpu and pids")
            : new Finding("cgroups", FindingLevel.Warning, $"version 2, without {string.Join(", ", missing)}: limits of these cannot be held", "in a container: delegate the controllers to it");
    }
}
