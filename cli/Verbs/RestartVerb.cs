using PortableVirt.Cli.CommandLine;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl restart.</summary>
public sealed class RestartVerb : VmActionVerb
{
    /// <inheritdoc/>
    public override string Name => "restart";

    /// <inheritdoc/>
    public override string Summary => "Ends VMs that \"pvctl start\" started, and starts them again";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [.. Ends, Option.Json];

    /// <inheritdoc/>
    protected override string Done => "restarted";

    /// <inheritdoc/>
    protected override Task ActAsync(GrpcChannel channel, string vm, uint graceMilliseconds, CallOptions options) =>
        channel.UnaryCallAsync(DaemonMethods.RestartVm, new RestartVmRequest { VmId = vm, GraceMilliseconds = graceMilliseconds }, options);
}
