using System.Globalization;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Groups;

/// <summary>The control groups of the VMs (cgroup v2): one each, in a folder that was delegated to PortableVirt. Where there is none, VMs run
/// without, and limits are refused.</summary>
internal sealed class ControlGroups(string folder)
{
    private const string Prefix = "vm-";
    private static readonly string[] LimitControllers = ["memory", "cpu", "pids"];
    private const ulong CpuPeriodMicroseconds = 100_000;
    private const int RemovalAttempts = 50;
    private static readonly TimeSpan RemovalInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Keeps the sockets of groups to loopback addresses.</summary>
    public LoopbackFilter Loopback { get; } = new();

    /// <summary>True when there is a folder for the groups.</summary>
    public bool IsAvailable => File.Exists(Path.Combine(folder, "cgroup.procs"));

    /// <summary>What there is.</summary>
    public GroupInfo Describe()
    {
        GroupInfo info = new() { Folder = folder };
        if (!IsAvailable)
        {
            info.Problem = $"there is no control group of version 2 at {folder}";
            info.LoopbackProblem = info.Problem;
            return info;
        }

        info.Controllers.AddRange(LimitControllers.Intersect(Words("cgroup.controllers")));
        info.LoopbackProblem = Loopback.Problem;
        return info;
    }

    /// <summary>Makes the group of a VM and sets its limits.</summary>
    /// <returns>Its folder; empty where there are no groups and no limit was asked for.</returns>
    /// <exception cref="GrpcException">FailedPrecondition: a limit cannot be held here; the message names it.</exception>
    public string Make(string vmId, VmLimits limits)
    {
        List<(string Name, string Controller, string File, string Value)> wanted = Wanted(limits);
        if (!IsAvailable)
        {
            return wanted.Count == 0
                ? ""
                : throw Refused(wanted[0].Name, $"there is no control group at {folder}; start portablevirt-vms.service, or name a delegated one with --cgroups");
        }

        string group = Path.Combine(folder, Prefix + vmId);
        try
        {
            foreach ((string name, string controller, _, _) in wanted)
            {
                Enable(name, controller);
            }

            Directory.CreateDirectory(group);
            foreach ((_, _, string file, string value) in wanted)
            {
                File.WriteAllText(Path.Combine(group, file), value);
            }

            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return wanted.Count == 0 ? "" : throw Refused(wanted[0].Name, $"{group}: {e.Message}");
        }
    }

    /// <summary>Moves a process into a VM's group.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static void Add(string group, int processId) =>
        File.WriteAllText(Path.Combine(group, "cgroup.procs"), processId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends what is left in a VM's group and removes it.</summary>
    /// <returns>False when it could not be removed.</returns>
    public static bool Remove(string group)
    {
        for (int i = 0; Directory.Exists(group); i++)
        {
            try
            {
                Directory.Delete(group);
            }
            catch (IOException) when (i < RemovalAttempts)
            {
                // Busy: something runs in it. Linux 5.14 and later end all of it at once.
                KillAll(group);
                Thread.Sleep(RemovalInterval);
            }
            catch (IOException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Memory that a group is charged with, in bytes; null where it is not counted.</summary>
    public static ulong? MemoryOf(string group)
    {
        try
        {
            return group.Length > 0 && ulong.TryParse(File.ReadAllText(Path.Combine(group, "memory.current")), out ulong bytes) ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Removes the groups of VMs that are not among these.</summary>
    public void Sweep(IReadOnlySet<string> vmIds)
    {
        if (!IsAvailable)
        {
            return;
        }

        foreach (string group in Directory.GetDirectories(folder, Prefix + "*"))
        {
            if (!vmIds.Contains(Path.GetFileName(group)[Prefix.Length..]))
            {
                Remove(group);
            }
        }
    }

    private static List<(string Name, string Controller, string File, string Value)> Wanted(VmLimits limits)
    {
        List<(string, string, string, string)> wanted = [];
        if (limits.MemoryBytes > 0)
        {
            wanted.Add(("memory", "memory", "memory.max", limits.MemoryBytes.ToString(CultureInfo.InvariantCulture)));
        }

        if (limits.CpuPercent > 0)
        {
            wanted.Add(("processor time", "cpu", "cpu.max", string.Create(CultureInfo.InvariantCulture, $"{limits.CpuPercent * CpuPeriodMicroseconds / 100} {CpuPeriodMicroseconds}")));
        }

        if (limits.MaxThreads > 0)
        {
            wanted.Add(("threads", "pids", "pids.max", limits.MaxThreads.ToString(CultureInfo.InvariantCulture)));
        }

        return wanted;
    }

    private string[] Words(string file) => File.ReadAllText(Path.Combine(folder, file)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static void KillAll(string group)
    {
        try
        {
            File.WriteAllText(Path.Combine(group, "cgroup.kill"), "1");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or an older kernel: the attempts go on until the processes have ended.
        }
    }

    private static GrpcException Refused(string limit, string reason) =>
        new(StatusCode.FailedPrecondition, $"the limit of {limit} cannot be held on this host: {reason}");

    private void Enable(string name, string controller)
    {
        if (Words("cgroup.subtree_control").Contains(controller))
        {
            return;
        }

        if (!Words("cgroup.controllers").Contains(controller))
        {
            throw Refused(name, $"the controller {controller} is not available in {folder}; cgroup v1 may hold it");
        }

        File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), "+" + controller);
    }
}
