using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace PortableVirt.Protocol.Server.Listeners;

/// <summary>Makes Kestrel serve the sockets of a <see cref="HandedSocketEndPoint"/>.</summary>
internal sealed class HandedSocketListener(HandedSocketEndPoint endPoint, ILogger logger) : IConnectionListener
{
    private readonly SocketConnectionContextFactory _factory = new(new SocketConnectionFactoryOptions(), logger);

    public EndPoint EndPoint => endPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await endPoint.Sockets.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (endPoint.Sockets.TryRead(out HandedSocket handed))
            {
                ConnectionContext connection = _factory.Create(handed.Socket);
                handed.Mark(connection.Features);
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        endPoint.Close();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _factory.Dispose();
        return ValueTask.CompletedTask;
    }
}
