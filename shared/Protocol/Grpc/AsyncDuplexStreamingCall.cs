namespace PortableVirt.Protocol.Grpc;

/// <summary>A running call where both sides stream. Disposing it cancels it if it has not ended.</summary>
/// <typeparam name="TRequest">Message of the caller.</typeparam>
/// <typeparam name="TResponse">Message of the callee.</typeparam>
/// <param name="requestStream">The requests.</param>
/// <param name="responseStream">The responses.</param>
/// <param name="dispose">Ends the call.</param>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse>(
    IClientStreamWriter<TRequest> requestStream, IAsyncStreamReader<TResponse> responseStream, Action dispose) : IDisposable
{
    /// <summary>The requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; } = requestStream;

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; } = responseStream;

    /// <inheritdoc/>
    public void Dispose() => dispose();
}
