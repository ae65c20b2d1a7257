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
        VmConnection connection = context.Feature<VmConnection>() ?? throw new GrpcException(StatusCode.PermissionDenied, "only VM-apps attach");
        VmRun run = connection.Run;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, run.Connect());
        Task sender = SendCommandsAsync(run, responses, ended.Token);
        try
        {
            while (await requests.MoveNext(ended.Token).ConfigureAwait(false))
            {
                Receive(connection, requests.Current);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await sender.ConfigureAwait(false);
        }
    }

    private static async Task SendCommandsAsync(VmRun run, IAsyncStreamWriter<VmCommand> responses, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (VmCommand command in run.Commands.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await responses.WriteAsync(command, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The VM-app has ended its side.
        }
    }

    private void Receive(VmConnection connection, VmEvent item)
    {
        (VmInstance vm, VmRun run) = connection;
        switch (item.EventCase)
        {
            case VmEvent.EventOneofCase.Ready:
                vm.MarkReady(item.Ready);
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
            case VmEvent.EventOneofCase.Unseen:
                events.Publish(vm, new Event { Unseen = item.Unseen });
                break;
            case VmEvent.EventOneofCase.Exit:
                run.Report(item.Exit);
                break;
            case VmEvent.EventOneofCase.CommandDone:
                run.Answer(item.CommandDone);
                break;
            case VmEvent.EventOneofCase.Counters:
                run.Counters = item.Counters;
                break;
            default:
                throw new GrpcException(StatusCode.InvalidArgument, "an event of no known kind");
        }
    }
}
