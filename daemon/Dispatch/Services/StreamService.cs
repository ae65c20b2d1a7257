using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using PortableVirt.Dispatch.Events;
using PortableVirt.Dispatch.Logs;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>The methods of portablevirt.v1.Daemon that stream: logs, statistics, events.</summary>
internal sealed class StreamService(VmFinder finder, VmLog logs, VmMeter meter, EventHub events)
{
    private const int ChunkLength = 65536;
    private const uint LeastInterval = 100;
    private const uint MostInterval = 60_000;
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Adds the methods to a server.</summary>
    public void MapTo(GrpcServer server)
    {
        server.Map(DaemonMethods.ReadLogs, ReadLogsAsync);
        server.Map(DaemonMethods.GetStats, GetStatsAsync);
        server.Map(DaemonMethods.WatchEvents, WatchEventsAsync);
    }

    private async Task ReadLogsAsync(ReadLogsRequest request, IAsyncStreamWriter<LogChunk> responses, ServerCallContext context)
    {
        VmInstance vm = finder.Find(context, request.VmId);
        if (vm.Origin != VmOrigin.Detached)
        {
            throw new GrpcException(StatusCode.FailedPrecondition, $"VM {vm.Id} has no log: its output goes to its caller");
        }

        using FileStream? log = logs.TryOpen(vm.Id);
        if (log is null)
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            long place = request.LastBytes == 0 ? 0 : Math.Max(0, log.Length - (long)Math.Min(request.LastBytes, long.MaxValue));
            while (true)
            {
                // Asked before the reading, so that what came before the end is read.
                bool goesOn = request.Follow && (vm.IsLive || vm.State == VmState.Restarting);
                place = await SendAsync(log, place, buffer, responses, context.CancellationToken).ConfigureAwait(false);
                if (!goesOn)
                {
                    return;
                }

                await Task.Delay(FollowInterval, context.CancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<long> SendAsync(
        FileStream log, long place, byte[] buffer, IAsyncStreamWriter<LogChunk> responses, CancellationToken cancellationToken)
    {
        while (true)
        {
            place = VmLog.SkipHole(log, place);
            int length = await RandomAccess.ReadAsync(log.SafeFileHandle, buffer.AsMemory(0, ChunkLength), place, cancellationToken).ConfigureAwait(false);
            if (length == 0)
            {
                return place;
            }

            LogChunk chunk = new() { Data = ByteString.CopyFrom(buffer, 0, length), Offset = (ulong)place };
            await responses.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
            place += length;
        }
    }

    private async Task GetStatsAsync(GetStatsRequest request, IAsyncStreamWriter<StatsSample> responses, ServerCallContext context)
    {
        RequestChecks.Require(
            request.IntervalMilliseconds is 0 or (>= LeastInterval and <= MostInterval), $"samples are {LeastInterval} to {MostInterval} ms apart");
        VmInstance[] asked = [.. request.VmIds.Select(id => finder.Find(context, id))];
        while (true)
        {
            IEnumerable<VmInstance> vms = asked.Length > 0 ? asked : finder.VisibleTo(VmFinder.PeerOf(context)).Where(v => v.IsLive);
            StatsSample sample = new() { Time = Timestamp.FromDateTime(DateTime.UtcNow) };
            sample.Vms.AddRange(vms.Select(meter.Measure).OfType<VmStats>());
            await responses.WriteAsync(sample, context.CancellationToken).ConfigureAwait(false);
            if (request.IntervalMilliseconds == 0 || (asked.Length > 0 && !asked.Any(v => v.IsLive)))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(request.IntervalMilliseconds), context.CancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WatchEventsAsync(WatchEventsRequest request, IAsyncStreamWriter<Event> responses, ServerCallContext context)
    {
        string only = request.VmId.Length > 0 ? finder.Find(context, request.VmId).Id : "";
        using EventWatcher watcher = events.Watch(VmFinder.PeerOf(context));
        await foreach (Event item in watcher.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
        {
            if (only.Length == 0 || item.VmId == only)
            {
                await responses.WriteAsync(item, context.CancellationToken).ConfigureAwait(false);
            }
        }
    }
}
