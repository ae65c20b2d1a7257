using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Protocol.Server.Peers;

/// <summary>Who is at the other end of a Unix socket, as the kernel recorded it at connect (SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD;
/// socket(7), unix(7)).</summary>
/// <param name="ProcessId">Process id; 0 when the peer is outside this PID namespace.</param>
/// <param name="UserId">Effective user id.</param>
/// <param name="GroupId">Effective group id.</param>
/// <param name="Groups">Supplementary group ids.</param>
/// <param name="PidFd">Descriptor of the process that connected; it never names another process that got the same id.</param>
public sealed record PeerCredentials(int ProcessId, uint UserId, uint GroupId, IReadOnlyList<uint> Groups, SafeFileHandle PidFd) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => PidFd.Dispose();
}
