using PortableVirt.Dispatch.Events;
using PortableVirt.Dispatch.Hosting;
using PortableVirt.Dispatch.Rights;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>portablevirt.v1.Daemon.</summary>
internal sealed class DaemonService(VmSupervisor supervisor, EventHub events, Authorizer authorizer, KvmReport kvm)
{
    /// <summary>Adds the methods to a server.</summary>
    public void MapTo(GrpcServer server)
    {
        server.Map(DaemonMethods.GetInfo, GetInfoAsync);
        server.Map(DaemonMethods.RunProgram, new ProgramRun(supervisor).RunAsync);
        server.Map(DaemonMethods.ListVms, ListVmsAsync);
        server.Map(DaemonMethods.StopVm, StopVmAsync);
        server.Map(DaemonMethods.WatchEvents, WatchEventsAsync);
    }

    private static PeerCredentials PeerOf(ServerCallContext context) =>
        context.Peer ?? throw new GrpcException(StatusCode.Unauthenticated, "the caller is not known");

    private Task<GetInfoResponse> GetInfoAsync(GetInfoRequest request, ServerCallContext context) => Task.FromResult(new GetInfoResponse
    {
        Version = DaemonVersion.Text,
        DaemonPid = Environment.ProcessId,
        Kvm = kvm.Get(),
        VmCount = supervisor.All.Count(),
    });

    private Task<ListVmsResponse> ListVmsAsync(ListVmsRequest request, ServerCallContext context)
    {
        PeerCredentials peer = PeerOf(context);
        ListVmsResponse response = new();
        response.Vms.AddRange(supervisor.All.Where(v => authorizer.MayCommand(peer, v)).Select(v => v.Describe()));
        return Task.FromResult(response);
    }

    private async Task<StopVmResponse> StopVmAsync(StopVmRequest request, ServerCallContext context)
    {
        PeerCredentials peer = PeerOf(context);
        TimeSpan grace = TimeSpan.FromMilliseconds(request.GraceMilliseconds);
        if (request.VmId.Length == 0 || grace > SupervisionLimits.MaxGrace)
        {
            throw new GrpcException(StatusCode.InvalidArgument, "StopVm needs the id of a VM and a grace time of at most 600000 ms");
        }

        VmInstance[] found =
        [
            .. supervisor.All.Where(v => v.Id.StartsWith(request.VmId, StringComparison.OrdinalIgnoreCase) && authorizer.MayCommand(peer, v)),
        ];
        return found.Length switch
        {
            0 => throw new GrpcException(StatusCode.NotFound, $"there is no VM {request.VmId}"),
            1 => new StopVmResponse { Forced = await found[0].StopAsync(grace).ConfigureAwait(false) },
            _ => throw new GrpcException(StatusCode.InvalidArgument, $"{found.Length} VMs have ids that start with {request.VmId}"),
        };
    }

    private async Task WatchEventsAsync(WatchEventsRequest request, IAsyncStreamWriter<Event> responses, ServerCallContext context)
    {
        using EventWatcher watcher = events.Watch(PeerOf(context));
        await foreach (Event item in watcher.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
        {
            await responses.WriteAsync(item, context.CancellationToken).ConfigureAwait(false);
        }
    }
}
