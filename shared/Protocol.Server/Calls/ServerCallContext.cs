using Microsoft.AspNetCore.Http;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Peers;

namespace PortableVirt.Protocol.Server.Calls;

/// <summary>A call as its handler sees it. The counterpart of Grpc.Core's ServerCallContext.</summary>
/// <param name="http">The HTTP/2 request.</param>
/// <param name="method">The method.</param>
/// <param name="cancellationToken">Cancelled when the caller cancels or dies, or the deadline passes.</param>
public sealed class ServerCallContext(HttpContext http, Method method, CancellationToken cancellationToken)
{
    /// <summary>The method.</summary>
    public Method Method { get; } = method;

    /// <summary>Cancelled when the caller cancels or dies, or the deadline passes.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Who called, as the kernel tells; null on a transport that has no peer credentials.</summary>
    public PeerCredentials? Peer => http.Features.Get<PeerCredentials>();

    /// <summary>A feature of the connection or the request, or null.</summary>
    public T? Feature<T>()
        where T : class => http.Features.Get<T>();
}
