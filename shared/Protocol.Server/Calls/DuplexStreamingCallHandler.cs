using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

internal sealed class DuplexStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    Func<IAsyncStreamReader<TRequest>, IAsyncStreamWriter<TResponse>, ServerCallContext, Task> serve) : CallHandler(method)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override Task InvokeAsync(HttpContext http, ServerCallContext context, int maxMessageLength)
    {
        // A stream of requests may be idle and may be long; each message of it is limited by itself.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        MessageReader<TRequest> reader = new(http.Request.Body, method.RequestParser, maxMessageLength);
        return serve(
            new ServerStreamReader<TRequest>(reader, context.CancellationToken), new ServerStreamWriter<TResponse>(http.Response), context);
    }
}
