namespace PortableVirt.Protocol.Grpc;

/// <summary>A running call whose response is a stream. Disposing it cancels it if it has not ended.</summary>
/// <typeparam name="TResponse">Message of the callee.</typeparam>
/// <param name="responseStream">The responses.</param>
/// <param name="dispose">Ends the call.</param>
public sealed class AsyncServerStreamingCall<TResponse>(IAsyncStreamReader<TResponse> responseStream, Action dispose) : IDisposable
{
    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; } = responseStream;

    /// <inheritdoc/>
    public void Dispose() => dispose();
}
