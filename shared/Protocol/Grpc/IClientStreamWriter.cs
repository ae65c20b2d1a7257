namespace PortableVirt.Protocol.Grpc;

/// <summary>The caller's stream of a duplex call.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the caller's stream.</summary>
    Task CompleteAsync();
}
