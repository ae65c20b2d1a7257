using System.Globalization;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl stats.</summary>
public sealed class StatsVerb : Verb
{
    private const string Interval = "--interval";
    private const double MinInterval = 0.1;
    private const double MaxInterval = 60;

    /// <inheritdoc/>
    public override string Name => "stats";

    /// <inheritdoc/>
    public override string Operands => "[VM...]";

    /// <inheritdoc/>
    public override string Summary => "Shows what running VMs use of the host";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
        [new(Interval, "SECONDS", "again and again, every 0.1 to 60 seconds"), new(Option.Json.Name, null, "JSON for programs; one document a sample")];

    /// <inheritdoc/>
    public override string Notes => "Memory that VMs share (DLLs) is counted to each in parts. \"pvctl top\" shows the same live.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        GetStatsRequest request = new();
        request.VmIds.AddRange(arguments.Operands);
        if (arguments.Value(Interval) is { } interval)
        {
            request.IntervalMilliseconds = double.TryParse(interval, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= MinInterval and <= MaxInterval
                ? (uint)Math.Round(seconds * 1000) : throw new UsageException($"{Interval} needs a number of seconds from 0.1 to 60, not \"{interval}\"");
        }
        using GrpcChannel channel = DaemonConnection.Open();
        using AsyncServerStreamingCall<StatsSample> call = channel.ServerStreamingCall(DaemonMethods.GetStats, request, default);
        while (await call.ResponseStream.MoveNext(default).ConfigureAwait(false))
        {
            await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(call.ResponseStream.Current) : ToTable(call.ResponseStream.Current)).ConfigureAwait(false);
            await Console.Out.FlushAsync().ConfigureAwait(false);
        }
        return 0;
    }

    private static string ToTable(StatsSample sample)
    {
        Table table = new("ID", "CPU TIME", "MEMORY", "CGROUP", "THREADS", "VM EXITS");
        foreach (VmStats vm in sample.Vms)
        {
            table.Add(
                vm.VmId,
                string.Create(CultureInfo.InvariantCulture, $"{vm.CpuNanoseconds / 1e9:F2} s"),
                Size.Of((long)vm.MemoryBytes),
                vm.HasCgroupMemoryBytes ? Size.Of((long)vm.CgroupMemoryBytes) : "-",
                vm.Threads.ToString(CultureInfo.InvariantCulture),
                vm.HasVmExits ? vm.VmExits.ToString(CultureInfo.InvariantCulture) : "-");
        }
        return table.ToString();
    }

    private static string ToJson(StatsSample sample) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        VmJson.WriteTime(writer, "time", sample.Time);
        writer.WriteStartArray("vms");
        foreach (VmStats vm in sample.Vms)
        {
            VmJson.Write(writer, vm);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
