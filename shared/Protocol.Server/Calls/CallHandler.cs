using Microsoft.AspNetCore.Http;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

/// <summary>A method with the code that serves it.</summary>
/// <param name="method">The method.</param>
internal abstract class CallHandler(Method method)
{
    public Method Method { get; } = method;

    /// <summary>Reads the request, calls the code, writes the responses, but not the status.</summary>
    public abstract Task InvokeAsync(HttpContext http, ServerCallContext context, int maxMessageLength);
}
