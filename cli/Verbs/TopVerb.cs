using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl top.</summary>
public sealed class TopVerb : Verb
{
    private const uint LiveMilliseconds = 1000;

    /// <summary>Processor time in percent needs two samples.</summary>
    private const uint SnapshotMilliseconds = 250;

    /// <inheritdoc/>
    public override string Name => "top";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Shows running VMs live, the busiest first";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => "In a terminal it goes on until q or Ctrl-C; elsewhere, and with --json, it shows the use of a quarter of a second once.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 0)
        {
            throw new UsageException("top takes no operands; \"pvctl stats VM\" shows one VM");
        }
        using GrpcChannel channel = DaemonConnection.Open();
        bool isJson = arguments.Has(Option.Json.Name);
        if (isJson || Console.IsOutputRedirected || Console.IsInputRedirected)
        {
            IReadOnlyList<TopRow> rows = await SnapshotAsync(channel).ConfigureAwait(false);
            await Console.Out.WriteAsync(isJson ? ToJson(rows) : TopTable.Write(rows)).ConfigureAwait(false);
            return 0;
        }
        using TopScreen screen = new();
        try
        {
            await ShowAsync(channel, screen).ConfigureAwait(false);
        }
        catch (Exception e) when (screen.End.IsCancellationRequested && e is OperationCanceledException or GrpcException { StatusCode: StatusCode.Cancelled })
        {
            // The user's end.
        }
        return 0;
    }

    private static async Task ShowAsync(GrpcChannel channel, TopScreen screen)
    {
        TopSampler sampler = new();
        using AsyncServerStreamingCall<StatsSample> call = channel.ServerStreamingCall(
            DaemonMethods.GetStats, new GetStatsRequest { IntervalMilliseconds = LiveMilliseconds }, new CallOptions(null, screen.End));
        IReadOnlyList<TopRow> rows = [];
        screen.OnResize(() => screen.Show(rows));
        while (await call.ResponseStream.MoveNext(screen.End).ConfigureAwait(false))
        {
            rows = sampler.Take(call.ResponseStream.Current, await ListAsync(channel, screen.End).ConfigureAwait(false));
            screen.Show(rows);
        }
    }

    private static async Task<IReadOnlyList<TopRow>> SnapshotAsync(GrpcChannel channel)
    {
        TopSampler sampler = new();
        using AsyncServerStreamingCall<StatsSample> call = channel.ServerStreamingCall(
            DaemonMethods.GetStats, new GetStatsRequest { IntervalMilliseconds = SnapshotMilliseconds }, DaemonConnection.Soon);
        IReadOnlyList<TopRow> rows = [];
        for (int samples = 0; samples < 2 && await call.ResponseStream.MoveNext(default).ConfigureAwait(false); samples++)
        {
            rows = sampler.Take(call.ResponseStream.Current, await ListAsync(channel, default).ConfigureAwait(false));
        }
        return rows;
    }

    private static async Task<IEnumerable<Vm>> ListAsync(GrpcChannel channel, CancellationToken end) =>
        (await channel.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest(), DaemonConnection.Soon with { CancellationToken = end }).ConfigureAwait(false)).Vms;

    private static string ToJson(IReadOnlyList<TopRow> rows) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach (TopRow row in rows)
        {
            writer.WriteStartObject();
            writer.WriteString("id", row.Id);
            writer.WriteString("name", row.Name);
            writer.WriteNumber("uid", row.Uid);
            writer.WriteString("state", row.State);
            writer.WritePropertyName("cpuPercent");
            if (row.CpuPercent is { } percent)
            {
                writer.WriteNumberValue(Math.Round(percent, 1));
            }
            else
            {
                writer.WriteNullValue();
            }
            writer.WriteNumber("cpuSeconds", row.CpuSeconds);
            writer.WriteNumber("memoryBytes", row.Memory);
            writer.WriteNumber("threads", row.Threads);
            writer.WriteString("program", row.Program);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });
}
