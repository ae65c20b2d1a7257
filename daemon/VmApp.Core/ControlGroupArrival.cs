using System.Diagnostics;

namespace PortableVirt.VmApp.Core;

/// <summary>
/// The daemon moves a VM-app into its control group while it starts, since Linux may take 10 ms for that. What the group holds (limits, network) holds from
/// then on, and for sockets that are made after it.
/// </summary>
internal static class ControlGroupArrival
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    /// <summary>Waits until this process is in a group (cgroup v2) of a name; false when it is not within 5 s.</summary>
    public static bool Await(string name)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!IsIn(name))
        {
            if (watch.Elapsed > _limit)
            {
                return false;
            }
            Thread.Sleep(1);
        }
        return true;
    }

    /// <summary>The line of version 2 begins with "0::" (cgroups(7)).</summary>
    private static bool IsIn(string name) => File.ReadLines("/proc/self/cgroup")
        .Any(line => line.StartsWith("0::/", StringComparison.Ordinal) && line.EndsWith("/" + name, StringComparison.Ordinal));
}
