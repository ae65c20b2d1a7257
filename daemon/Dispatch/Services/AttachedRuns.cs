using PortableVirt.Dispatch.Packages;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>Daemon.RunProgram and Daemon.AttachVm: runs that last as long as their caller's stream. Only when the daemon itself stops, they go
/// on without it for a while.</summary>
internal sealed class AttachedRuns(VmSupervisor supervisor, VmFinder finder, PackageRegistry packages)
{
    /// <summary>Adds the methods to a server.</summary>
    public void MapTo(GrpcServer server)
    {
        server.Map(DaemonMethods.RunProgram, RunAsync);
        server.Map(DaemonMethods.AttachVm, AttachAsync);
    }

    private async Task RunAsync(
        IAsyncStreamReader<RunProgramRequest> requests, IAsyncStreamWriter<RunProgramResponse> responses, ServerCallContext context)
    {
        PeerCredentials peer = VmFinder.PeerOf(context);
        if (!await requests.MoveNext(default).ConfigureAwait(false) || requests.Current.Start is not { Descriptors: { } descriptors } start)
        {
            throw new GrpcException(StatusCode.InvalidArgument, "the first message of RunProgram is its start, with options and descriptors");
        }

        InspectVmResponse details = new()
        {
            Vm = new Vm { Name = RequestChecks.Name(start.Name), Origin = VmOrigin.Attached },
            Options = RequestChecks.Options(start.Options, start.Package),
            Limits = RequestChecks.Limits(start.Limits),
            Restart = new RestartPolicy(),
        };
        RegisteredPackage? package = start.Package.Length > 0 ? packages.Find(peer, start.Package) : null;
        details.Vm.ProgramPath = package?.Program ?? details.Options.ProgramPath;
        details.Vm.Package = package?.Name ?? "";
        details.Vm.Arguments.AddRange(details.Options.Arguments);
        VmLauncher.CheckUser(peer.UserId);
        using VmInheritance inherited = CallerProcess.TakeRun(peer, descriptors, package is null ? null : () => packages.Open(package.Id));
        VmInstance vm = supervisor.Make(UserIdentity.Of(peer), inherited.FileModeMask, package?.Id ?? "", details);
        vm.TryTakeCaller();
        VmRun run;
        try
        {
            run = supervisor.Start(vm, inherited);
        }
        catch
        {
            supervisor.Forget(vm);
            throw;
        }

        await ServeAsync(vm, run, NextControlAsync, responses, context).ConfigureAwait(false);

        async Task<ConsoleControl?> NextControlAsync() => await requests.MoveNext(default).ConfigureAwait(false)
            ? requests.Current.RequestCase == RunProgramRequest.RequestOneofCase.ConsoleControl ? requests.Current.ConsoleControl : ConsoleControl.Unspecified
            : null;
    }

    private async Task AttachAsync(
        IAsyncStreamReader<AttachVmRequest> requests, IAsyncStreamWriter<RunProgramResponse> responses, ServerCallContext context)
    {
        if (!await requests.MoveNext(default).ConfigureAwait(false) || requests.Current.RequestCase != AttachVmRequest.RequestOneofCase.VmId)
        {
            throw new GrpcException(StatusCode.InvalidArgument, "the first message of AttachVm names the VM");
        }

        VmInstance vm = finder.Find(context, requests.Current.VmId);
        if (vm.Run is not { } run)
        {
            RunExit exit = vm.Describe().Exit ?? throw new GrpcException(StatusCode.FailedPrecondition, $"VM {vm.Id} is being started; try again");
            await responses.WriteAsync(new RunProgramResponse { Exit = exit }, context.CancellationToken).ConfigureAwait(false);
            return;
        }

        if (vm.Origin == VmOrigin.Attached && !vm.TryTakeCaller())
        {
            throw new GrpcException(StatusCode.FailedPrecondition, $"VM {vm.Id} has its caller");
        }

        await ServeAsync(vm, run, NextControlAsync, responses, context).ConfigureAwait(false);

        async Task<ConsoleControl?> NextControlAsync() => await requests.MoveNext(default).ConfigureAwait(false)
            ? requests.Current.RequestCase == AttachVmRequest.RequestOneofCase.ConsoleControl ? requests.Current.ConsoleControl : ConsoleControl.Unspecified
            : null;
    }

    private async Task ServeAsync(
        VmInstance vm, VmRun run, Func<Task<ConsoleControl?>> nextControl, IAsyncStreamWriter<RunProgramResponse> responses, ServerCallContext context)
    {
        try
        {
            await responses.WriteAsync(
                new RunProgramResponse { Started = new RunStarted { VmId = vm.Id, Pid = run.Process.ProcessId } }, context.CancellationToken).ConfigureAwait(false);
            Task controls = ForwardControlsAsync(nextControl, run);
            if (await Task.WhenAny(run.Ended, controls).ConfigureAwait(false) == controls)
            {
                await controls.ConfigureAwait(false);
            }

            RunExit exit = await run.Ended.WaitAsync(context.CancellationToken).ConfigureAwait(false);
            await responses.WriteAsync(new RunProgramResponse { Exit = exit }, context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (vm.Origin == VmOrigin.Attached)
            {
                vm.ReleaseCaller();
                if (!run.Ended.IsCompleted && !supervisor.Stopping.IsCancellationRequested)
                {
                    await VmControl.StopAsync(vm, TimeSpan.Zero).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Ends when the caller has ended its stream, which is not the end of the run.</summary>
    private static async Task ForwardControlsAsync(Func<Task<ConsoleControl?>> nextControl, VmRun run)
    {
        while (await nextControl().ConfigureAwait(false) is { } control)
        {
            if (control is not (> ConsoleControl.Unspecified and <= ConsoleControl.ResumeTerminal))
            {
                throw new GrpcException(StatusCode.InvalidArgument, "after its first message, a run takes console control events only");
            }

            run.Send(new VmCommand { ConsoleControl = control });
        }
    }
}
