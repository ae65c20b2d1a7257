using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>Daemon.AnnounceVm: programs that were started by hand become VMs. The daemon never kills their processes: such a process may by then
/// have started another program, one with more rights than its user's.</summary>
internal sealed class AnnounceService(VmSupervisor supervisor, VmFinder finder, HandedSocketEndPoint channels)
{
    /// <summary>Adds the method to a server.</summary>
    public void MapTo(GrpcServer server) => server.Map(DaemonMethods.AnnounceVm, AnnounceAsync);

    private Task<AnnounceVmResponse> AnnounceAsync(AnnounceVmRequest request, ServerCallContext context)
    {
        PeerCredentials peer = VmFinder.PeerOf(context);
        VmInstance? known = request.VmId.Length > 0 ? FindOwn(peer, request.VmId) : null;
        InspectVmResponse details = new()
        {
            Vm = new Vm { Origin = VmOrigin.Announced },
            Options = known is null ? RequestChecks.Options(request.Options, "") : new LaunchOptions(),
            Limits = new VmLimits(),
            Restart = new RestartPolicy(),
        };
        details.Vm.ProgramPath = details.Options.ProgramPath;
        details.Vm.Arguments.AddRange(details.Options.Arguments);
        (SafeFileHandle taken, string mask) = CallerProcess.TakeOne(peer, request.Channel, "channel");
        using (taken)
        {
            if (!DescriptorPassing.IsUnixStream(taken))
            {
                throw new GrpcException(StatusCode.InvalidArgument, "the channel's descriptor is not a Unix stream socket");
            }

            VmInstance vm = known ?? Make(peer, mask, details, taken);
            VmRun run = vm.Run ?? throw new GrpcException(StatusCode.NotFound, $"there is no VM {vm.Id}");
            channels.Hand(new Socket(new SafeSocketHandle(taken.DangerousGetHandle(), ownsHandle: true)), new VmConnection(vm, run));
            taken.SetHandleAsInvalid();
            return Task.FromResult(new AnnounceVmResponse { VmId = vm.Id });
        }
    }

    private VmInstance Make(PeerCredentials peer, string mask, InspectVmResponse details, SafeFileHandle channel)
    {
        WatchedProcess process = ProcessStart.TicksOf(peer.ProcessId) is { } ticks && WatchedProcess.Adopt(peer.ProcessId, ticks) is { } adopted
            ? adopted
            : throw new GrpcException(StatusCode.FailedPrecondition, "the calling process has ended");
        VmInstance? vm = null;
        try
        {
            vm = supervisor.Make(UserIdentity.Of(peer), mask, "", details);
            using (SafeFileHandle kvm = KvmDescriptor.Open())
            {
                DescriptorPassing.Send(channel, kvm);
            }

            VmRun run = new(process, DateTime.UtcNow);
            vm.BeginRun(run, "", "");
            supervisor.TellStarted(vm, run);
            supervisor.Watch(vm, run);
            return vm;
        }
        catch (Exception e) when (e is IOException or GrpcException)
        {
            process.Dispose();
            if (vm is not null)
            {
                supervisor.Forget(vm);
            }

            throw e as GrpcException ?? new GrpcException(StatusCode.InvalidArgument, $"/dev/kvm cannot be sent over the channel: {e.Message}", e);
        }
    }

    /// <summary>A VM that this very process announced.</summary>
    private VmInstance FindOwn(PeerCredentials peer, string vmId) =>
        finder.VisibleTo(peer).FirstOrDefault(v =>
            v.Id == vmId
            && v.Origin == VmOrigin.Announced
            && v.UserId == peer.UserId
            && v.Run is { } run
            && run.Process.ProcessId == peer.ProcessId
            && run.Process.StartTicks == ProcessStart.TicksOf(peer.ProcessId))
        ?? throw new GrpcException(StatusCode.NotFound, $"there is no VM {vmId} of this process");
}
