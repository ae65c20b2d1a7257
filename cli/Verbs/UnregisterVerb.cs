using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl unregister.</summary>
public sealed class UnregisterVerb : VmActionVerb
{
    /// <inheritdoc/>
    public override string Name => "unregister";

    /// <inheritdoc/>
    public override string Summary => "Takes packages out of the daemon's store; VMs that run from them go on";

    /// <inheritdoc/>
    public override string Operands => "NAME...";

    /// <inheritdoc/>
    public override string Notes => "NAME is a name or an id of \"pvctl packages --registered\".";

    /// <inheritdoc/>
    protected override string Done => "unregistered";

    /// <inheritdoc/>
    protected override Task ActAsync(GrpcChannel channel, string vm, uint graceMilliseconds, CallOptions options) =>
        channel.UnaryCallAsync(DaemonMethods.UnregisterPackage, new UnregisterPackageRequest { Package = vm }, options);
}
