using PortableVirt.Cli.CommandLine;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl stop.</summary>
public sealed class StopVerb : VmActionVerb
{
    /// <inheritdoc/>
    public override string Name => "stop";

    /// <inheritdoc/>
    public override string Summary => "Stops VMs: asks the program first, forces the end after a grace time";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [.. Ends, Option.Json];

    /// <inheritdoc/>
    protected override string Done => "stopped";

    /// <inheritdoc/>
    protected override Task ActAsync(GrpcChannel channel, string vm, uint graceMilliseconds, CallOptions options) =>
        channel.UnaryCallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm, GraceMilliseconds = graceMilliseconds }, options);
}
