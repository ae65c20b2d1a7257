using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl pause.</summary>
public sealed class PauseVerb : VmActionVerb
{
    /// <inheritdoc/>
    public override string Name => "pause";

    /// <inheritdoc/>
    public override string Summary => "Stops every thread of VMs where it stands";

    /// <inheritdoc/>
    protected override string Done => "paused";

    /// <inheritdoc/>
    protected override Task ActAsync(GrpcChannel channel, string vm, uint graceMilliseconds, CallOptions options) =>
        channel.UnaryCallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = vm }, options);
}
