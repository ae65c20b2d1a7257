namespace PortableVirt.Protocol.Grpc;

/// <summary>The messages that this side of a call streams.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Sends a message at once; completes when the transport has taken it (flow control). One call at a time.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken);
}
