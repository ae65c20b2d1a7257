using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Registry;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>What is done to VMs: stop, pause, resume, restart.</summary>
internal sealed class VmControl
{
    private readonly VmSupervisor _supervisor;
    private readonly DetachedInheritance _inheritance;
    private readonly ILogger _logger;

    public VmControl(VmSupervisor supervisor, DetachedInheritance inheritance, ILogger<VmControl> logger)
    {
        _supervisor = supervisor;
        _inheritance = inheritance;
        _logger = logger;
        supervisor.RestartDue = (vm, delay) => _ = RestartLaterAsync(vm, delay);
    }

    /// <summary>Ends a VM: asks the program (CTRL_CLOSE_EVENT), after the grace time stops the VM, and at last ends its process. One that
    /// waits to be restarted is not restarted.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="grace">Zero: the program is not asked.</param>
    /// <returns>True when it did not end when asked.</returns>
    public static async Task<bool> StopAsync(VmInstance vm, TimeSpan grace)
    {
        vm.IsStopAsked = true;
        if (vm.TryMove([VmState.Restarting], VmState.Ended, "stopped before it was restarted") || vm.Run is not { } run)
        {
            return false;
        }

        bool wasPaused = vm.State == VmState.Paused;
        vm.TryMove([VmState.Starting, VmState.Running, VmState.Paused], VmState.Stopping);
        if (grace > TimeSpan.Zero)
        {
            if (wasPaused)
            {
                run.Send(new VmCommand { Resume = new ResumeCommand() });
            }

            run.Send(new VmCommand { ConsoleControl = ConsoleControl.Close });
            if (await run.EndsWithinAsync(grace).ConfigureAwait(false))
            {
                return false;
            }
        }

        run.Send(new VmCommand { Stop = new StopCommand() });
        if (!await run.EndsWithinAsync(SupervisionLimits.StopTime).ConfigureAwait(false))
        {
            run.Kill();
            await run.Ended.ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Stops every thread of a VM in state RUNNING.</summary>
    /// <exception cref="GrpcException">FailedPrecondition: it is in another state; DeadlineExceeded, Internal: the VM-app did not do it.</exception>
    public static Task PauseAsync(VmInstance vm) => StepAsync(
        vm, VmState.Running, VmState.Paused, new VmCommand { Pause = new PauseCommand() }, DaemonMethods.PauseVm.Name);

    /// <summary>Lets a VM in state PAUSED go on.</summary>
    /// <exception cref="GrpcException">As <see cref="PauseAsync"/>.</exception>
    public static Task ResumeAsync(VmInstance vm) => StepAsync(
        vm, VmState.Paused, VmState.Running, new VmCommand { Resume = new ResumeCommand() }, DaemonMethods.ResumeVm.Name);

    /// <summary>Ends a detached VM if it runs, and starts it again.</summary>
    /// <exception cref="GrpcException">It cannot be restarted.</exception>
    public async Task RestartAsync(VmInstance vm, TimeSpan grace)
    {
        if (vm.Origin != VmOrigin.Detached)
        {
            throw new GrpcException(StatusCode.FailedPrecondition, $"VM {vm.Id} was not started by pvctl start and cannot be restarted");
        }

        await vm.Transition.WaitAsync().ConfigureAwait(false);
        try
        {
            VmStates.Require(vm, DaemonMethods.RestartVm.Name);
            if (vm.IsLive)
            {
                await StopAsync(vm, grace).ConfigureAwait(false);
            }

            StartAgain(vm, byPolicy: false);
        }
        finally
        {
            vm.Transition.Release();
        }
    }

    /// <summary>Takes a VM away that has ended.</summary>
    /// <exception cref="GrpcException">FailedPrecondition: it has not ended.</exception>
    public async Task RemoveAsync(VmInstance vm)
    {
        await vm.Transition.WaitAsync().ConfigureAwait(false);
        try
        {
            VmStates.Require(vm, DaemonMethods.RemoveVm.Name);
            _supervisor.Forget(vm);
        }
        finally
        {
            vm.Transition.Release();
        }
    }

    /// <summary>Ends all VMs.</summary>
    public Task StopAllAsync() => Task.WhenAll(_supervisor.Live.Select(v => StopAsync(v, TimeSpan.Zero)));

    /// <summary>Starts a VM again after a time, unless it was stopped or removed meanwhile.</summary>
    public async Task RestartLaterAsync(VmInstance vm, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _supervisor.Stopping).ConfigureAwait(false);
            await vm.Transition.WaitAsync(_supervisor.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The next daemon does it.
            return;
        }

        try
        {
            if (vm.State == VmState.Restarting)
            {
                StartAgain(vm, byPolicy: true);
            }
        }
        catch (GrpcException e)
        {
            // Kept as the VM's end; its policy has been asked again.
            _logger.LogWarning("VM {Vm} cannot be restarted: {Reason}", vm.Id, e.Detail);
        }
        finally
        {
            vm.Transition.Release();
        }
    }

    private void StartAgain(VmInstance vm, bool byPolicy)
    {
        DateTime now = DateTime.UtcNow;
        vm.BeginRestart(byPolicy);
        try
        {
            using VmInheritance inherited = _inheritance.Make(vm);
            _supervisor.Start(vm, inherited);
        }
        catch (Exception e) when (e is GrpcException or IOException or RegistryException)
        {
            _supervisor.EndWithoutProcess(vm, new RunExit { ExitCode = SupervisionLimits.FailureExitCode, Failure = e.Message }, now);
            throw e as GrpcException ?? new GrpcException(StatusCode.FailedPrecondition, e.Message, e);
        }
    }

    private static async Task StepAsync(VmInstance vm, VmState from, VmState to, VmCommand command, string method)
    {
        await vm.Transition.WaitAsync().ConfigureAwait(false);
        try
        {
            VmStates.Require(vm, method);
            string problem = vm.Run is { } run ? await run.SendAsync(command, SupervisionLimits.AnswerTime).ConfigureAwait(false) : "the VM has ended";
            if (problem.Length > 0)
            {
                throw new GrpcException(StatusCode.FailedPrecondition, $"VM {vm.Id}: {problem}");
            }

            vm.TryMove([from], to);
        }
        catch (TimeoutException)
        {
            throw new GrpcException(
                StatusCode.DeadlineExceeded, $"VM {vm.Id} did not answer within {SupervisionLimits.AnswerTime.TotalSeconds:0} s; pvctl stop --force ends it");
        }
        finally
        {
            vm.Transition.Release();
        }
    }
}
