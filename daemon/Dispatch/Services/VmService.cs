using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Packages;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>The methods of portablevirt.v1.Daemon that list, start and command VMs.</summary>
internal sealed class VmService(VmSupervisor supervisor, VmControl control, VmFinder finder, VmMeter meter, DetachedInheritance inheritance, PackageRegistry packages)
{
    /// <summary>Adds the methods to a server.</summary>
    public void MapTo(GrpcServer server)
    {
        server.Map(DaemonMethods.StartVm, StartAsync);
        server.Map(DaemonMethods.ListVms, ListAsync);
        server.Map(DaemonMethods.InspectVm, InspectAsync);
        server.Map(DaemonMethods.StopVm, StopAsync);
        server.Map(DaemonMethods.PauseVm, PauseAsync);
        server.Map(DaemonMethods.ResumeVm, ResumeAsync);
        server.Map(DaemonMethods.RestartVm, RestartAsync);
        server.Map(DaemonMethods.RemoveVm, RemoveAsync);
    }

    private Task<StartVmResponse> StartAsync(StartVmRequest request, ServerCallContext context)
    {
        PeerCredentials peer = VmFinder.PeerOf(context);
        InspectVmResponse details = new()
        {
            Vm = new Vm { Name = RequestChecks.Name(request.Name), Origin = VmOrigin.Detached },
            Options = RequestChecks.Options(request.Options, request.Package),
            Limits = RequestChecks.Limits(request.Limits),
            Restart = RequestChecks.Restart(request.Restart),
        };
        RegisteredPackage? package = request.Package.Length > 0 ? packages.Find(peer, request.Package) : null;
        details.Vm.ProgramPath = package?.Program ?? details.Options.ProgramPath;
        details.Vm.Package = package?.Name ?? "";
        details.Vm.Arguments.AddRange(details.Options.Arguments);
        VmLauncher.CheckUser(peer.UserId);
        (SafeFileHandle folder, string mask) = CallerProcess.TakeOne(peer, request.WorkingFolder, "working folder");
        VmInstance vm;
        using (folder)
        {
            vm = supervisor.Make(UserIdentity.Of(peer), mask, package?.Id ?? "", details);
            try
            {
                using VmInheritance inherited = inheritance.Make(vm, folder);
                supervisor.Start(vm, inherited);
            }
            catch
            {
                supervisor.Forget(vm);
                throw;
            }
        }

        return Task.FromResult(new StartVmResponse { Vm = vm.Describe() });
    }

    private Task<ListVmsResponse> ListAsync(ListVmsRequest request, ServerCallContext context)
    {
        ListVmsResponse response = new();
        response.Vms.AddRange(finder.VisibleTo(VmFinder.PeerOf(context))
            .Where(v => request.All || v.IsLive || v.State == VmState.Restarting).Select(v => v.Describe()));
        return Task.FromResult(response);
    }

    private Task<InspectVmResponse> InspectAsync(InspectVmRequest request, ServerCallContext context)
    {
        VmInstance vm = finder.Find(context, request.VmId);
        InspectVmResponse response = vm.Inspect();
        response.Stats = vm.Run is null ? null : meter.Measure(vm);
        return Task.FromResult(response);
    }

    private async Task<StopVmResponse> StopAsync(StopVmRequest request, ServerCallContext context)
    {
        TimeSpan grace = RequestChecks.Grace(request.GraceMilliseconds);
        return new StopVmResponse { Forced = await VmControl.StopAsync(finder.Find(context, request.VmId), grace).ConfigureAwait(false) };
    }

    private async Task<PauseVmResponse> PauseAsync(PauseVmRequest request, ServerCallContext context)
    {
        await VmControl.PauseAsync(finder.Find(context, request.VmId)).ConfigureAwait(false);
        return new PauseVmResponse();
    }

    private async Task<ResumeVmResponse> ResumeAsync(ResumeVmRequest request, ServerCallContext context)
    {
        await VmControl.ResumeAsync(finder.Find(context, request.VmId)).ConfigureAwait(false);
        return new ResumeVmResponse();
    }

    private async Task<RestartVmResponse> RestartAsync(RestartVmRequest request, ServerCallContext context)
    {
        TimeSpan grace = RequestChecks.Grace(request.GraceMilliseconds);
        VmInstance vm = finder.Find(context, request.VmId);
        await control.RestartAsync(vm, grace).ConfigureAwait(false);
        return new RestartVmResponse { Vm = vm.Describe() };
    }

    private async Task<RemoveVmResponse> RemoveAsync(RemoveVmRequest request, ServerCallContext context)
    {
        await control.RemoveAsync(finder.Find(context, request.VmId)).ConfigureAwait(false);
        return new RemoveVmResponse();
    }
}
