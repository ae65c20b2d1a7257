using System.Net.Sockets;
using Google.Protobuf;

namespace PortableVirt.Protocol.Grpc;

/// <summary>A connection to a gRPC server on a Unix socket: HTTP/2 without TLS, opened at the first call. The counterpart of
/// Grpc.Net.Client's GrpcChannel.</summary>
public sealed class GrpcChannel : CallInvoker, IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly int _maxMessageLength;

    private GrpcChannel(Func<CancellationToken, ValueTask<Socket>> connect, int maxMessageLength)
    {
        _maxMessageLength = maxMessageLength;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) => new NetworkStream(await connect(token).ConfigureAwait(false), ownsSocket: true),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        });
    }

    /// <summary>A channel to the socket at a path; it connects again after the connection broke.</summary>
    /// <param name="socketPath">Path of the Unix socket.</param>
    /// <param name="maxMessageLength">Largest message that is accepted, in bytes.</param>
    public static GrpcChannel ForPath(string socketPath, int maxMessageLength = MessageFrame.DefaultMaxMessageLength) =>
        new(
            async token =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), token).ConfigureAwait(false);
                    return socket;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            maxMessageLength);

    /// <summary>A channel over a connected socket, which it owns; it cannot connect again.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="maxMessageLength">Largest message that is accepted, in bytes.</param>
    public static GrpcChannel ForSocket(Socket socket, int maxMessageLength = MessageFrame.DefaultMaxMessageLength)
    {
        Socket? unused = socket;
        return new GrpcChannel(
            _ => Interlocked.Exchange(ref unused, null) is Socket connected
                ? ValueTask.FromResult(connected)
                : ValueTask.FromException<Socket>(new IOException("the connection is closed")),
            maxMessageLength);
    }

    /// <inheritdoc/>
    public override async Task<TResponse> UnaryCallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallOptions options)
    {
        using GrpcCall<TRequest, TResponse> call = Start(method, new FrameContent(MessageFrame.Encode(request)), options);
        if (!await call.MoveNext(default).ConfigureAwait(false))
        {
            throw new GrpcException(StatusCode.Internal, "the peer ended the call well but without a response");
        }

        TResponse response = call.Current;
        return await call.MoveNext(default).ConfigureAwait(false)
            ? throw new GrpcException(StatusCode.Internal, "the peer sent more than one response")
            : response;
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> ServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallOptions options)
    {
        GrpcCall<TRequest, TResponse> call = Start(method, new FrameContent(MessageFrame.Encode(request)), options);
        return new AsyncServerStreamingCall<TResponse>(call, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> DuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallOptions options)
    {
        StreamContent<TRequest> content = new();
        GrpcCall<TRequest, TResponse> call = Start(method, content, options);
        content.Ended = e => call.ToStatus(e);
        call.WhenEnded(content.End);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(content, call, call.Dispose);
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private GrpcCall<TRequest, TResponse> Start<TRequest, TResponse>(
        Method<TRequest, TResponse> method, HttpContent content, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(_invoker, method, content, options, _maxMessageLength);
}
