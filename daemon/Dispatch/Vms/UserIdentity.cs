using PortableVirt.Protocol.Server.Peers;

namespace PortableVirt.Dispatch.Vms;

/// <summary>The ids that a VM runs under.</summary>
/// <param name="UserId">User id.</param>
/// <param name="GroupId">Group id.</param>
/// <param name="Groups">Supplementary group ids.</param>
internal sealed record UserIdentity(uint UserId, uint GroupId, IReadOnlyList<uint> Groups)
{
    /// <summary>The ids of a caller.</summary>
    public static UserIdentity Of(PeerCredentials peer) => new(peer.UserId, peer.GroupId, peer.Groups);
}
