using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

internal sealed class ServerStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, Func<TRequest, IAsyncStreamWriter<TResponse>, ServerCallContext, Task> serve) : CallHandler(method)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override async Task InvokeAsync(HttpContext http, ServerCallContext context, int maxMessageLength)
    {
        TRequest request = await SingleRequest.ReadAsync(http, method.RequestParser, maxMessageLength, context.CancellationToken).ConfigureAwait(false);
        await serve(request, new ServerStreamWriter<TResponse>(http.Response), context).ConfigureAwait(false);
    }
}
