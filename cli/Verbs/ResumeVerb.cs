using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl resume.</summary>
public sealed class ResumeVerb : VmActionVerb
{
    /// <inheritdoc/>
    public override string Name => "resume";

    /// <inheritdoc/>
    public override string Summary => "Lets paused VMs go on";

    /// <inheritdoc/>
    protected override string Done => "resumed";

    /// <inheritdoc/>
    protected override Task ActAsync(GrpcChannel channel, string vm, uint graceMilliseconds, CallOptions options) =>
        channel.UnaryCallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = vm }, options);
}
