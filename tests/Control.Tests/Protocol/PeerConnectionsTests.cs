using PortableVirt.Protocol.Server.Peers;

namespace PortableVirt.Control.Tests.Protocol;

/// <summary>The limit of connections a user.</summary>
public sealed class PeerConnectionsTests
{
    [Fact]
    public void One_user_cannot_take_what_others_need()
    {
        PeerConnections connections = new(3);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(connections.TryTake(1000)));
        Assert.False(connections.TryTake(1000));
        Assert.True(connections.TryTake(1001));
        connections.Release(1000);
        Assert.True(connections.TryTake(1000));
        Assert.False(connections.TryTake(1000));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(connections.TryTake(0)));
    }
}
