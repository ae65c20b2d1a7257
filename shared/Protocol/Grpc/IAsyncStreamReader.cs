namespace PortableVirt.Protocol.Grpc;

/// <summary>The messages that the other side of a call streams.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last <see cref="MoveNext"/> read.</summary>
    T Current { get; }

    /// <summary>Reads the next message. One call at a time.</summary>
    /// <returns>False: the stream has ended well.</returns>
    /// <exception cref="GrpcException">The call ended with another status than OK.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
