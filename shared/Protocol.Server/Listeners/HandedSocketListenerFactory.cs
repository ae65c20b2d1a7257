using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace PortableVirt.Protocol.Server.Listeners;

/// <summary>Kestrel's transport for <see cref="HandedSocketEndPoint"/>; register it as an IConnectionListenerFactory.</summary>
/// <param name="loggers">For the connections' log.</param>
public sealed class HandedSocketListenerFactory(ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is HandedSocketEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(
            new HandedSocketListener((HandedSocketEndPoint)endpoint, loggers.CreateLogger<HandedSocketListener>()));
}
