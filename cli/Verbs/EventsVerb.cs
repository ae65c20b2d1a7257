using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl events.</summary>
public sealed class EventsVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "events";

    /// <inheritdoc/>
    public override string Operands => "[VM]";

    /// <inheritdoc/>
    public override string Summary => "Shows what happens to VMs and registered packages, from now on";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [new(Option.Json.Name, null, "for programs: one document an event")];

    /// <inheritdoc/>
    public override string Notes => "Goes on until it is ended (Ctrl-C) or the daemon is.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count > 1)
        {
            throw new UsageException("events of one VM or of all");
        }
        using GrpcChannel channel = DaemonConnection.Open();
        WatchEventsRequest request = new() { VmId = arguments.Operands.FirstOrDefault() ?? "" };
        using AsyncServerStreamingCall<Event> call = channel.ServerStreamingCall(DaemonMethods.WatchEvents, request, default);
        while (await call.ResponseStream.MoveNext(default).ConfigureAwait(false))
        {
            Event happened = call.ResponseStream.Current;
            await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? EventText.ToJson(happened) : EventText.ToLine(happened)).ConfigureAwait(false);
            await Console.Out.FlushAsync().ConfigureAwait(false);
        }
        return 0;
    }
}
