using System.Collections.Concurrent;

namespace PortableVirt.Protocol.Server.Peers;

/// <summary>Counts the open connections of each user, so that one user's cannot take everybody's.</summary>
/// <param name="limit">Connections of one user at a time; root has no limit.</param>
public sealed class PeerConnections(int limit)
{
    private readonly ConcurrentDictionary<uint, int> _counts = new();

    /// <summary>Takes one for a user; false when the user has as many as the limit allows.</summary>
    public bool TryTake(uint userId)
    {
        int count = _counts.AddOrUpdate(userId, 1, (_, old) => old + 1);
        if (userId == 0 || count <= limit)
        {
            return true;
        }

        Release(userId);
        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Release(uint userId)
    {
        if (_counts.AddOrUpdate(userId, 0, (_, old) => old - 1) == 0)
        {
            _counts.TryRemove(new KeyValuePair<uint, int>(userId, 0));
        }
    }
}
