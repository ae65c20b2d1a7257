using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Protocol.Services;

/// <summary>The methods of portablevirt.v1.Manager.</summary>
public static class ManagerMethods
{
    /// <summary>The manager channel.</summary>
    public static readonly Method<VmEvent, VmCommand> Attach =
        new(MethodType.DuplexStreaming, "portablevirt.v1.Manager", nameof(Attach), VmEvent.Parser, VmCommand.Parser);
}
