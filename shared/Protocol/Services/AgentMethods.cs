using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Protocol.Services;

/// <summary>The methods of portablevirt.v1.Agent.</summary>
public static class AgentMethods
{
    private const string Service = "portablevirt.v1.Agent";

    /// <summary>Runs a program for the session.</summary>
    public static readonly Method<LaunchRequest, LaunchResponse> Launch =
        new(MethodType.Unary, Service, nameof(Launch), LaunchRequest.Parser, LaunchResponse.Parser);

    /// <summary>Opens a program as a double-click does.</summary>
    public static readonly Method<OpenRequest, OpenResponse> Open = new(MethodType.Unary, Service, nameof(Open), OpenRequest.Parser, OpenResponse.Parser);

    /// <summary>Tells about the agent.</summary>
    public static readonly Method<GetAgentInfoRequest, GetAgentInfoResponse> GetAgentInfo =
        new(MethodType.Unary, Service, nameof(GetAgentInfo), GetAgentInfoRequest.Parser, GetAgentInfoResponse.Parser);
}
