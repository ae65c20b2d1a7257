using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Groups;
using PortableVirt.Dispatch.Logs;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Registry;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>Finds the VMs of an earlier daemon again when the daemon starts, and sweeps what belongs to none.</summary>
internal sealed class VmRecovery(
    VmSupervisor supervisor, VmControl control, VmLauncher launcher, VmTable table, VmLog logs, VmSockets sockets, ControlGroups groups, ILogger<VmRecovery> logger)
{
    /// <summary>Does it; before callers are served.</summary>
    public void Run()
    {
        List<VmRow> rows = table.LoadAll();
        foreach (VmRow row in rows)
        {
            Take(supervisor.Load(row), row);
        }

        HashSet<string> live = [.. supervisor.Live.Select(v => v.Id)];
        sockets.Sweep(live);
        groups.Sweep(live);
        logs.Sweep(rows.Select(r => r.Details.Vm.Id).ToHashSet(StringComparer.Ordinal));
    }

    private void Take(VmInstance vm, VmRow row)
    {
        switch (vm.State)
        {
            case VmState.Restarting:
                _ = control.RestartLaterAsync(vm, TimeSpan.Zero);
                break;
            case VmState.Ended or VmState.Failed:
                break;
            default:
                if (TryAdopt(vm, row))
                {
                    break;
                }

                string failure = row.BootId.Length > 0 && row.BootId != ProcessStart.BootId
                    ? "the host was restarted or lost its power"
                    : row.BootId.Length > 0
                        ? "the VM-app ended while the daemon was not there to see how"
                        : "the daemon ended while the VM was being started";
                supervisor.EndWithoutProcess(
                    vm, new RunExit { ExitCode = SupervisionLimits.FailureExitCode, Failure = failure }, vm.Describe().Started.ToDateTime());
                break;
        }
    }

    private bool TryAdopt(VmInstance vm, VmRow row)
    {
        Vm described = vm.Describe();
        if (row.BootId != ProcessStart.BootId || WatchedProcess.Adopt(described.Pid, row.StartTicks) is not { } process)
        {
            return false;
        }

        VmRun run = new(process, described.Started.ToDateTime());
        vm.Adopt(run);
        bool connected = launcher.Connect(vm, run);
        logger.LogInformation("VM {Vm} of user {User} goes on in process {Process}", vm.Id, vm.UserId, described.Pid);
        supervisor.Watch(vm, run);
        if (!connected)
        {
            // A VM-app that does not listen any more is about to end; one that is stuck is of no use to anybody.
            run.Kill();
        }
        else if (vm.State == VmState.Stopping)
        {
            _ = VmControl.StopAsync(vm, TimeSpan.Zero);
        }
        else if (vm.Origin == VmOrigin.Attached)
        {
            _ = StopUnlessTakenUpAsync(vm);
        }

        return true;
    }

    private async Task StopUnlessTakenUpAsync(VmInstance vm)
    {
        try
        {
            await Task.Delay(SupervisionLimits.CallerReturn, supervisor.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (!vm.HasCaller && vm.IsLive)
        {
            logger.LogInformation("VM {Vm} is stopped: its caller did not come back", vm.Id);
            await VmControl.StopAsync(vm, TimeSpan.Zero).ConfigureAwait(false);
        }
    }
}
