using PortableVirt.Cli.Output;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Hosts;

/// <summary>What "pvctl info" knows.</summary>
public sealed record HostReport
{
    /// <summary>Version of pvctl.</summary>
    public required string Version { get; init; }

    /// <summary>Version of the daemon, or null without one.</summary>
    public string? DaemonVersion { get; init; }

    /// <summary>Why there is no daemon, or null with one.</summary>
    public string? DaemonProblem { get; init; }

    /// <summary>Process id of the daemon, or 0.</summary>
    public int DaemonPid { get; init; }

    /// <summary>Running VMs under the daemon.</summary>
    public int VmCount { get; init; }

    /// <summary>This host's KVM.</summary>
    public required KvmInfo Kvm { get; init; }

    /// <summary>Where "pvctl run" runs programs.</summary>
    public required string RunsThrough { get; init; }

    /// <summary>Asks the daemon, or probes by itself without one.</summary>
    public static async Task<HostReport> MakeAsync()
    {
        using GrpcChannel? channel = DaemonConnection.TryOpen(out string problem);
        if (channel is null)
        {
            return ProbeHere(problem);
        }

        GetInfoResponse info = await channel.UnaryCallAsync(
            DaemonMethods.GetInfo, new GetInfoRequest(), new CallOptions(TimeSpan.FromSeconds(10))).ConfigureAwait(false);
        return new HostReport
        {
            Version = ProductVersion.Text,
            DaemonVersion = info.Version,
            DaemonPid = info.DaemonPid,
            VmCount = info.VmCount,
            Kvm = info.Kvm,
            RunsThrough = info.Kvm.Usable ? "through the daemon" : "nowhere",
        };
    }

    private static HostReport ProbeHere(string daemonProblem)
    {
        KvmInfo kvm = KvmReport.Make();
        return new HostReport
        {
            Version = ProductVersion.Text,
            DaemonProblem = daemonProblem,
            Kvm = kvm,
            RunsThrough = kvm.Usable ? "in pvctl's own process" : "nowhere",
        };
    }
}
