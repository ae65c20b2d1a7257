using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Protocol.Services;

/// <summary>The methods of portablevirt.v1.Daemon.</summary>
public static class DaemonMethods
{
    private const string Service = "portablevirt.v1.Daemon";

    /// <summary>Version and KVM.</summary>
    public static readonly Method<GetInfoRequest, GetInfoResponse> GetInfo =
        new(MethodType.Unary, Service, nameof(GetInfo), GetInfoRequest.Parser, GetInfoResponse.Parser);

    /// <summary>Runs a program, attached.</summary>
    public static readonly Method<RunProgramRequest, RunProgramResponse> RunProgram =
        new(MethodType.DuplexStreaming, Service, nameof(RunProgram), RunProgramRequest.Parser, RunProgramResponse.Parser);

    /// <summary>Lists VMs.</summary>
    public static readonly Method<ListVmsRequest, ListVmsResponse> ListVms =
        new(MethodType.Unary, Service, nameof(ListVms), ListVmsRequest.Parser, ListVmsResponse.Parser);

    /// <summary>Stops a VM.</summary>
    public static readonly Method<StopVmRequest, StopVmResponse> StopVm =
        new(MethodType.Unary, Service, nameof(StopVm), StopVmRequest.Parser, StopVmResponse.Parser);

    /// <summary>Streams events.</summary>
    public static readonly Method<WatchEventsRequest, Event> WatchEvents =
        new(MethodType.ServerStreaming, Service, nameof(WatchEvents), WatchEventsRequest.Parser, Event.Parser);
}
