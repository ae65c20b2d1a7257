using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace PortableVirt.Protocol.Server.Peers;

/// <summary>Connection middleware: reads the peer's credentials once a connection and keeps them as a feature of it.</summary>
public static class PeerCredentialsMiddleware
{
    /// <summary>Adds the middleware. Connections whose peer cannot be told, and those above the limit, are closed.</summary>
    /// <param name="builder">The end point's connections.</param>
    /// <param name="connections">Counts connections a user; null: no limit.</param>
    public static void UsePeerCredentials(this IConnectionBuilder builder, PeerConnections? connections = null) => builder.Use(next => async connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            connection.Abort();
            return;
        }

        PeerCredentials peer;
        try
        {
            peer = PeerCredentialsReader.Read(socket);
        }
        catch (IOException)
        {
            connection.Abort();
            return;
        }

        using (peer)
        {
            if (connections?.TryTake(peer.UserId) == false)
            {
                connection.Abort();
                return;
            }

            try
            {
                connection.Features.Set(peer);
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                connections?.Release(peer.UserId);
            }
        }
    });
}
