using System.Globalization;

namespace PortableVirt.Cli.Doctor;

/// <summary>What of a VM-app's cell the kernel can build: Landlock, seccomp, namespaces.</summary>
internal static class KernelCheck
{
    private const int WantedLandlock = 3;
    private const string MaxNamespaces = "/proc/sys/user/max_user_namespaces";

    /// <summary>Debian's switch.</summary>
    private const string DebianNamespaces = "/proc/sys/kernel/unprivileged_userns_clone";

    /// <summary>Ubuntu's.</summary>
    private const string ConfinedNamespaces = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

    /// <summary>Looks at it.</summary>
    public static IEnumerable<Finding> Run()
    {
        int landlock = NativeSandbox.LandlockVersion;
        yield return landlock >= WantedLandlock
            ? new Finding("landlock", FindingLevel.Ok, string.Create(CultureInfo.InvariantCulture, $"ABI {landlock}"))
            : new Finding(
                "landlock", FindingLevel.Warning, landlock == 0 ? "the kernel has none: one wall less around VM-apps"
                    : string.Create(CultureInfo.InvariantCulture, $"ABI {landlock}: some file rights of VM-apps cannot be taken, from {WantedLandlock} on they can"),
                "Linux 6.2 or later with lsm=landlock among its security modules");
        yield return NativeSandbox.HasSeccomp
            ? new Finding("seccomp", FindingLevel.Ok, "filters of system calls are there")
            : new Finding("seccomp", FindingLevel.Warning, "the kernel has none: VM-apps keep all system calls", "a kernel with CONFIG_SECCOMP_FILTER");
        yield return Read(MaxNamespaces) == "0" || Read(DebianNamespaces) == "0" || Read(ConfinedNamespaces) == "1"
            ? new Finding("namespaces", FindingLevel.Warning, "ordinary users may make no user namespaces: programs without the daemon have one wall less", "sudo sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000")
            : new Finding("namespaces", FindingLevel.Ok, "users may make user namespaces");
    }

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A setting that may not be read is not known.
            return null;
        }
    }
}
