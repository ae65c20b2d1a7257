using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

/// <summary>Writes responses, each flushed at once.</summary>
internal sealed class ServerStreamWriter<T>(HttpResponse response) : IAsyncStreamWriter<T>
    where T : class, IMessage<T>
{
    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        await response.BodyWriter.WriteAsync(MessageFrame.Encode(message), cancellationToken).ConfigureAwait(false);
    }
}
