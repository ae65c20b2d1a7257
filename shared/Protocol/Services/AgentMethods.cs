using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Protocol.Services;

/// <summary>The methods of portablevirt.v1.Agent.</summary>
public static class AgentMethods
{
    /// <summary>Runs a program for the session.</summary>
    public static readonly Method<LaunchRequest, LaunchResponse> Launch =
        new(MethodType.Unary, "portablevirt.v1.Agent", nameof(Launch), LaunchRequest.Parser, LaunchResponse.Parser);
}
