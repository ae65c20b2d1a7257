using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

internal sealed class UnaryCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, Func<TRequest, ServerCallContext, Task<TResponse>> serve) : CallHandler(method)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override async Task InvokeAsync(HttpContext http, ServerCallContext context, int maxMessageLength)
    {
        TRequest request = await SingleRequest.ReadAsync(http, method.RequestParser, maxMessageLength, context.CancellationToken).ConfigureAwait(false);
        TResponse response = await serve(request, context).ConfigureAwait(false);
        await new ServerStreamWriter<TResponse>(http.Response).WriteAsync(response, context.CancellationToken).ConfigureAwait(false);
    }
}
