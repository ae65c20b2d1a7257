using PortableVirt.Dispatch.Groups;
using PortableVirt.Dispatch.Hosting;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>The methods of portablevirt.v1.Daemon about the daemon itself.</summary>
internal sealed class DaemonService(VmSupervisor supervisor, KvmReport kvm, ControlGroups groups)
{
    /// <summary>Adds the methods to a server.</summary>
    public void MapTo(GrpcServer server) => server.Map(DaemonMethods.GetInfo, GetInfoAsync);

    private Task<GetInfoResponse> GetInfoAsync(GetInfoRequest request, ServerCallContext context) => Task.FromResult(new GetInfoResponse
    {
        Version = DaemonVersion.Text,
        DaemonPid = Environment.ProcessId,
        Kvm = kvm.Get(),
        VmCount = supervisor.Live.Count(),
        Groups = groups.Describe(),
    });
}
