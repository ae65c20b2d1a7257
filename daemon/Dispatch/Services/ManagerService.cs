using PortableVirt.Dispatch.Events;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>portablevirt.v1.Manager.</summary>
internal sealed class ManagerService(EventHub events)
{
    /// <summary>Adds the methods to a server.</summary>
    public void MapTo(GrpcServer server) => server.Map(ManagerMethods.Attach, AttachAsync);

    private async Task AttachAsync(IAsyncStreamReader<VmEvent> requests, IAsyncStreamWriter<VmCommand> responses, ServerCallContext context)
    {
        VmInstance vm = context.Feature<VmInstance>() ?? throw new GrpcException(StatusCode.PermissionDenied, "only VM-apps attach");
        if (!vm.TryAttach())
        {
            throw new GrpcException(StatusCode.AlreadyExists, "this VM is attached already");
        }

        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        Task sender = SendCommandsAsync(vm, responses, ended.Token);
        try
        {
            while (await requests.MoveNext(default).ConfigureAwait(false))
            {
                Receive(vm, requests.Current);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await sender.ConfigureAwait(false);
        }
    }

    private static async Task SendCommandsAsync(VmInstance vm, IAsyncStreamWriter<VmCommand> responses, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (VmCommand command in vm.Commands.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await responses.WriteAsync(command, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The VM-app has ended its side.
        }
    }

    private void Receive(VmInstance vm, VmEvent item)
    {
        switch (item.EventCase)
        {
            case VmEvent.EventOneofCase.Ready:
                vm.MarkRunning();
                break;
            case VmEvent.EventOneofCase.ProcessStarted:
                events.Publish(vm, new Event { ProcessStarted = item.ProcessStarted });
                break;
            case VmEvent.EventOneofCase.ProcessEnded:
                events.Publish(vm, new Event { ProcessEnded = item.ProcessEnded });
                break;
            case VmEvent.EventOneofCase.Error:
                events.Publish(vm, new Event { Error = item.Error });
                break;
            case VmEvent.EventOneofCase.Exit:
                vm.Report(item.Exit);
                break;
            default:
                throw new GrpcException(StatusCode.InvalidArgument, "an event of no known kind");
        }
    }
}
