using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

/// <summary>Reads the body of a call with exactly one request.</summary>
internal static class SingleRequest
{
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, MessageParser<T> parser, int maxMessageLength, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        MessageReader<T> reader = new(http.Request.Body, parser, maxMessageLength);
        T request = await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new GrpcException(StatusCode.Internal, "the call has no request");
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is null
            ? request
            : throw new GrpcException(StatusCode.Internal, "the call has more than one request");
    }
}
