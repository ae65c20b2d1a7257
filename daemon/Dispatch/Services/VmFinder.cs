using PortableVirt.Dispatch.Rights;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Peers;

namespace PortableVirt.Dispatch.Services;

/// <summary>Finds the VM that a caller names, among those that it may see: others do not exist for it.</summary>
internal sealed class VmFinder(VmSupervisor supervisor, Authorizer authorizer)
{
    /// <summary>The caller.</summary>
    public static PeerCredentials PeerOf(ServerCallContext context) =>
        context.Peer ?? throw new GrpcException(StatusCode.Unauthenticated, "the caller is not known");

    /// <summary>The VMs that the caller may see, oldest first.</summary>
    public IEnumerable<VmInstance> VisibleTo(PeerCredentials peer) => supervisor.All.Where(v => authorizer.MayCommand(peer, v));

    /// <summary>The VM of a name, an id or its first digits, if its state allows the method. Names come first, the caller's own before others'.</summary>
    /// <exception cref="GrpcException">InvalidArgument, NotFound, FailedPrecondition.</exception>
    public VmInstance Find(ServerCallContext context, string idOrName)
    {
        if (idOrName.Length == 0)
        {
            throw new GrpcException(StatusCode.InvalidArgument, $"{context.Method.Name} needs the id or the name of a VM");
        }

        PeerCredentials peer = PeerOf(context);
        VmInstance[] visible = [.. VisibleTo(peer)];
        VmInstance[] found = [.. visible.Where(v => v.Name == idOrName && v.UserId == peer.UserId)];
        found = found.Length > 0 ? found : [.. visible.Where(v => v.Name == idOrName)];
        found = found.Length > 0 ? found : [.. visible.Where(v => v.Id.StartsWith(idOrName, StringComparison.OrdinalIgnoreCase))];
        VmInstance vm = found.Length switch
        {
            0 => throw new GrpcException(StatusCode.NotFound, $"there is no VM {idOrName}"),
            1 => found[0],
            _ => throw new GrpcException(StatusCode.InvalidArgument, $"{found.Length} VMs have the name {idOrName} or ids that start so"),
        };
        VmStates.Require(vm, context.Method.Name);
        return vm;
    }
}
