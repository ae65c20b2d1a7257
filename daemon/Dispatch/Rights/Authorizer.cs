using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Peers;

namespace PortableVirt.Dispatch.Rights;

/// <summary>Decides from the peer's credentials who may do what.</summary>
/// <param name="adminGroup">Id of the group portablevirt, or null when the host has none.</param>
public sealed class Authorizer(uint? adminGroup)
{
    private GroupId _adminGroup = new(adminGroup);

    private const string GroupFile = "/etc/group";

    /// <summary>Name of the group whose members see and command everybody's VMs.</summary>
    public const string AdminGroupName = "portablevirt";

    /// <summary>An authorizer with this host's group.</summary>
    public static Authorizer ForHost() => new(HostGroup());

    /// <summary>Reads this host's group anew.</summary>
    public void Reload() => Volatile.Write(ref _adminGroup, new GroupId(HostGroup()));

    /// <summary>The id of a group in the lines of group(5), or null.</summary>
    public static uint? FindGroup(IEnumerable<string> lines, string name)
    {
        foreach (string line in lines)
        {
            string[] fields = line.Split(':');
            if (fields.Length >= 3 && fields[0] == name && uint.TryParse(fields[2], out uint id))
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>Lets a call go on or not.</summary>
    /// <exception cref="GrpcException">PermissionDenied.</exception>
    public void Check(ServerCallContext context)
    {
        bool allowed = RightTable.Find(context.Method) switch
        {
            Right.EveryUser or Right.OwnVms or Right.OwnPackages => context.Peer is not null,
            Right.VmChannel => context.Feature<VmConnection>() is not null,
            _ => false,
        };
        if (!allowed)
        {
            throw new GrpcException(StatusCode.PermissionDenied, $"{context.Method} is not for this caller");
        }
    }

    /// <summary>True when a peer may see and command a VM.</summary>
    public bool MayCommand(PeerCredentials peer, VmInstance vm) => peer.UserId == vm.UserId || IsAdministrator(peer);

    /// <summary>True for root and members of the administrators' group.</summary>
    public bool IsAdministrator(PeerCredentials peer) =>
        peer.UserId == 0 || (Volatile.Read(ref _adminGroup).Value is uint group && (peer.GroupId == group || peer.Groups.Contains(group)));

    private static uint? HostGroup() => File.Exists(GroupFile) ? FindGroup(File.ReadLines(GroupFile), AdminGroupName) : null;

    private sealed record GroupId(uint? Value);
}
