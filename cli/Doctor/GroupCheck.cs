namespace PortableVirt.Cli.Doctor;

/// <summary>Control groups, which hold limits of VMs under the daemon.</summary>
/// <param name="root">Where the kernel shows them: /sys/fs/cgroup.</param>
internal sealed class GroupCheck(string root)
{
    private static readonly string[] s_controllers = ["memory", "cpu", "pids"];

    /// <summary>Looks at them.</summary>
    public Finding Run()
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
