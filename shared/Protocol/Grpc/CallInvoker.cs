using Google.Protobuf;

namespace PortableVirt.Protocol.Grpc;

/// <summary>Starts calls. The counterpart of Grpc.Core's CallInvoker.</summary>
public abstract class CallInvoker
{
    /// <summary>One request, one response.</summary>
    /// <exception cref="GrpcException">The call ended with another status than OK (through the task).</exception>
    public abstract Task<TResponse> UnaryCallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>;

    /// <summary>One request, a stream of responses.</summary>
    public abstract AsyncServerStreamingCall<TResponse> ServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>;

    /// <summary>Both sides stream.</summary>
    public abstract AsyncDuplexStreamingCall<TRequest, TResponse> DuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>;
}
