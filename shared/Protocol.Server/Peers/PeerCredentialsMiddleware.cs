using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace PortableVirt.Protocol.Server.Peers;

/// <summary>Connection middleware: reads the peer's credentials once a connection and keeps them as a feature of it.</summary>
public static class PeerCredentialsMiddleware
{
    /// <summary>Adds the middleware. Connections whose peer cannot be told are closed.</summary>
    public static void UsePeerCredentials(this IConnectionBuilder builder) => builder.Use(next => async connection =>
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
            connection.Features.Set(peer);
            await next(connection).ConfigureAwait(false);
        }
    });
}
