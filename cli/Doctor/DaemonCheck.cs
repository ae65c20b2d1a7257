using System.Globalization;
using PortableVirt.Cli.Hosts;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Doctor;

/// <summary>The dispatch daemon and KVM: programs run where one of the two ways to /dev/kvm is open.</summary>
internal static class DaemonCheck
{
    /// <summary>Looks at both; with what the daemon says of itself, where there is one.</summary>
    public static async Task<(IReadOnlyList<Finding> Findings, GetInfoResponse? Info)> RunAsync()
    {
        GetInfoResponse? info = null;
        string problem;
        using (GrpcChannel? channel = DaemonConnection.TryOpen(out problem))
        {
            try
            {
                info = channel is null ? null : await channel.UnaryCallAsync(DaemonMethods.GetInfo, new GetInfoRequest(), DaemonConnection.Soon).ConfigureAwait(false);
            }
            catch (GrpcException e)
            {
                problem = DaemonConnection.Explain(e);
            }
        }
        KvmInfo own = KvmReport.Make();
        return ([Kvm(own, info), Daemon(own, info, problem)], info);
    }

    private static Finding Kvm(KvmInfo own, GetInfoResponse? info) => (own.Usable, info?.Kvm?.Usable) switch
    {
        (true, _) => new Finding("kvm", FindingLevel.Ok, $"{KvmReport.Describe(own)}; you may open {KvmAccess.DevicePath} yourself"),
        (_, true) => new Finding("kvm", FindingLevel.Ok, $"{KvmReport.Describe(info!.Kvm)}; through the daemon",
            own.Problem.StartsWith("no right", StringComparison.Ordinal) ? "" : own.Problem),
        _ => new Finding("kvm", FindingLevel.Problem, "not usable", info?.Kvm is { } daemons ? daemons.Problem : own.Problem),
    };

    private static Finding Daemon(KvmInfo own, GetInfoResponse? info, string problem)
    {
        if (info is null)
        {
            return own.Usable
                ? new Finding("daemon", FindingLevel.Warning, "none: programs run in pvctl's own process, and no VM goes on without it", problem)
                : new Finding("daemon", FindingLevel.Problem, "none", problem);
        }
        return Versions.Compare(
            "daemon", info.Version, string.Create(CultureInfo.InvariantCulture, $"process {info.DaemonPid}, {info.VmCount} VMs, on {WellKnownSockets.Daemon}"),
            "sudo systemctl restart portablevirtd; running VMs go on");
    }
}
