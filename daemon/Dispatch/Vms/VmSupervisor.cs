using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Events;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>All running VMs.</summary>
internal sealed class VmSupervisor(VmLauncher launcher, EventHub events, ILogger<VmSupervisor> logger)
{
    private const int WaiterStackSize = 256 * 1024;
    private readonly ConcurrentDictionary<string, VmInstance> _vms = new(StringComparer.Ordinal);
    private readonly Lock _starting = new();
    private bool _stopping;

    /// <summary>The running VMs, oldest first.</summary>
    public IEnumerable<VmInstance> All => _vms.Values.OrderBy(v => v.Describe().Started.ToDateTime());

    /// <summary>Starts a VM for a caller.</summary>
    /// <exception cref="GrpcException">It cannot be started.</exception>
    public VmInstance Start(PeerCredentials peer, RunStart start)
    {
        VmInstance vm;
        lock (_starting)
        {
            if (_stopping)
            {
                throw new GrpcException(StatusCode.Unavailable, "the daemon is stopping");
            }

            if (_vms.Values.Count(v => v.UserId == peer.UserId) >= SupervisionLimits.MaxVmsPerUser)
            {
                throw new GrpcException(StatusCode.ResourceExhausted, $"user {peer.UserId} has {SupervisionLimits.MaxVmsPerUser} running VMs, which is the limit");
            }

            vm = launcher.Launch(peer, start);
            _vms[vm.Id] = vm;
        }

        logger.LogInformation("VM {Vm} of user {User}: process {Process} runs {Program}", vm.Id, vm.UserId, vm.ProcessId, start.Options.ProgramPath);
        events.Publish(vm, new Event { VmStarted = vm.Describe() });
        new Thread(() => Watch(vm), WaiterStackSize) { IsBackground = true, Name = $"vm {vm.Id}" }.Start();
        return vm;
    }

    /// <summary>Ends all VMs and starts no more.</summary>
    public Task StopAllAsync()
    {
        lock (_starting)
        {
            _stopping = true;
        }

        return Task.WhenAll(_vms.Values.Select(v => v.StopAsync(TimeSpan.Zero)));
    }

    private void Watch(VmInstance vm)
    {
        RunExit exit = vm.WaitForEnd();
        _vms.TryRemove(vm.Id, out _);
        logger.LogInformation("VM {Vm} ended with exit code {Code} {Failure}", vm.Id, exit.ExitCode, exit.Failure);
        events.Publish(vm, new Event { VmEnded = exit });
        vm.Complete(exit);
    }
}
