using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>The one table of methods and the states of a VM that they are for.</summary>
internal static class VmStates
{
    private static readonly VmState[] Every =
        [VmState.Starting, VmState.Running, VmState.Paused, VmState.Stopping, VmState.Restarting, VmState.Ended, VmState.Failed];

    private static readonly VmState[] WithVmApp = [VmState.Starting, VmState.Running, VmState.Paused, VmState.Stopping];

    private static readonly Dictionary<string, VmState[]> Legal = new(StringComparer.Ordinal)
    {
        [DaemonMethods.AttachVm.Name] = [.. WithVmApp, VmState.Ended, VmState.Failed],
        [DaemonMethods.InspectVm.Name] = Every,
        [DaemonMethods.StopVm.Name] = [.. WithVmApp, VmState.Restarting],
        [DaemonMethods.PauseVm.Name] = [VmState.Running],
        [DaemonMethods.ResumeVm.Name] = [VmState.Paused],
        [DaemonMethods.RestartVm.Name] = [VmState.Running, VmState.Ended, VmState.Failed],
        [DaemonMethods.RemoveVm.Name] = [VmState.Ended, VmState.Failed],
        [DaemonMethods.ReadLogs.Name] = Every,
        [DaemonMethods.GetStats.Name] = WithVmApp,
        [DaemonMethods.WatchEvents.Name] = Every,
    };

    /// <summary>The states that a method is for; null for one that is not for a VM.</summary>
    public static IReadOnlyList<VmState>? Of(string method) => Legal.GetValueOrDefault(method);

    /// <summary>Lets a method go on if a VM is in a state that it is for.</summary>
    /// <exception cref="GrpcException">FailedPrecondition: it is not; the message says what to do.</exception>
    public static void Require(VmInstance vm, string method)
    {
        VmState state = vm.State;
        if (!Legal[method].Contains(state))
        {
            throw new GrpcException(StatusCode.FailedPrecondition, $"VM {vm.Id} {Describe(state, method)}");
        }
    }

    private static string Describe(VmState state, string method) => state switch
    {
        VmState.Starting => "is starting; wait until it runs",
        VmState.Running => method == DaemonMethods.ResumeVm.Name ? "runs already" : "is running; stop it first",
        VmState.Paused => method == DaemonMethods.PauseVm.Name ? "is paused already" : "is paused; resume it first",
        VmState.Stopping => "is being stopped; wait for its end",
        VmState.Restarting => "has ended and waits to be restarted; wait until it runs, or stop it",
        _ => "has ended; start it again first",
    };
}
