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

    /// <summary>Takes up an attached run again.</summary>
    public static readonly Method<AttachVmRequest, RunProgramResponse> AttachVm =
        new(MethodType.DuplexStreaming, Service, nameof(AttachVm), AttachVmRequest.Parser, RunProgramResponse.Parser);

    /// <summary>Starts a VM that goes on without its caller.</summary>
    public static readonly Method<StartVmRequest, StartVmResponse> StartVm =
        new(MethodType.Unary, Service, nameof(StartVm), StartVmRequest.Parser, StartVmResponse.Parser);

    /// <summary>Tells all about a VM.</summary>
    public static readonly Method<InspectVmRequest, InspectVmResponse> InspectVm =
        new(MethodType.Unary, Service, nameof(InspectVm), InspectVmRequest.Parser, InspectVmResponse.Parser);

    /// <summary>Pauses a VM.</summary>
    public static readonly Method<PauseVmRequest, PauseVmResponse> PauseVm =
        new(MethodType.Unary, Service, nameof(PauseVm), PauseVmRequest.Parser, PauseVmResponse.Parser);

    /// <summary>Lets a paused VM go on.</summary>
    public static readonly Method<ResumeVmRequest, ResumeVmResponse> ResumeVm =
        new(MethodType.Unary, Service, nameof(ResumeVm), ResumeVmRequest.Parser, ResumeVmResponse.Parser);

    /// <summary>Ends a VM and starts it again.</summary>
    public static readonly Method<RestartVmRequest, RestartVmResponse> RestartVm =
        new(MethodType.Unary, Service, nameof(RestartVm), RestartVmRequest.Parser, RestartVmResponse.Parser);

    /// <summary>Forgets a VM that has ended.</summary>
    public static readonly Method<RemoveVmRequest, RemoveVmResponse> RemoveVm =
        new(MethodType.Unary, Service, nameof(RemoveVm), RemoveVmRequest.Parser, RemoveVmResponse.Parser);

    /// <summary>Streams a VM's log.</summary>
    public static readonly Method<ReadLogsRequest, LogChunk> ReadLogs =
        new(MethodType.ServerStreaming, Service, nameof(ReadLogs), ReadLogsRequest.Parser, LogChunk.Parser);

    /// <summary>Streams what VMs use.</summary>
    public static readonly Method<GetStatsRequest, StatsSample> GetStats =
        new(MethodType.ServerStreaming, Service, nameof(GetStats), GetStatsRequest.Parser, StatsSample.Parser);

    /// <summary>Registers a package.</summary>
    public static readonly Method<RegisterPackageRequest, RegisterPackageResponse> RegisterPackage =
        new(MethodType.Unary, Service, nameof(RegisterPackage), RegisterPackageRequest.Parser, RegisterPackageResponse.Parser);

    /// <summary>Takes a package out of the registry.</summary>
    public static readonly Method<UnregisterPackageRequest, UnregisterPackageResponse> UnregisterPackage =
        new(MethodType.Unary, Service, nameof(UnregisterPackage), UnregisterPackageRequest.Parser, UnregisterPackageResponse.Parser);

    /// <summary>Lists registered packages.</summary>
    public static readonly Method<ListPackagesRequest, ListPackagesResponse> ListPackages =
        new(MethodType.Unary, Service, nameof(ListPackages), ListPackagesRequest.Parser, ListPackagesResponse.Parser);

    /// <summary>Tells all about a registered package.</summary>
    public static readonly Method<InspectPackageRequest, InspectPackageResponse> InspectPackage =
        new(MethodType.Unary, Service, nameof(InspectPackage), InspectPackageRequest.Parser, InspectPackageResponse.Parser);
}
