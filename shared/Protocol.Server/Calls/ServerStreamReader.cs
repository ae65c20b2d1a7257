using Google.Protobuf;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

/// <summary>Reads the requests of a duplex call.</summary>
internal sealed class ServerStreamReader<T>(MessageReader<T> reader, CancellationToken callToken) : IAsyncStreamReader<T>
    where T : class, IMessage<T>
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("no message was read");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        CancellationToken token = cancellationToken.CanBeCanceled ? cancellationToken : callToken;
        _current = await reader.ReadAsync(token).ConfigureAwait(false);
        return _current is not null;
    }
}
