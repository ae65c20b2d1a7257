using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Protocol.Server.Calls;

/// <summary>Serves gRPC calls on ASP.NET's HTTP/2: a table of methods and the protocol around them (gRPC's PROTOCOL-HTTP2.md).</summary>
/// <param name="logger">Receiver of handlers' unexpected errors.</param>
public sealed class GrpcServer(ILogger<GrpcServer> logger)
{
    private readonly Dictionary<string, CallHandler> _handlers = new(StringComparer.Ordinal);

    /// <summary>Largest request message that is accepted, in bytes.</summary>
    public int MaxMessageLength { get; init; } = MessageFrame.DefaultMaxMessageLength;

    /// <summary>Decides before each call whether it may go on; throws a <see cref="GrpcException"/> when not.</summary>
    public Action<ServerCallContext>? Authorize { get; set; }

    /// <summary>Told of each call's end, with its status and message.</summary>
    public Action<ServerCallContext, StatusCode, string>? Ended { get; set; }

    /// <summary>Cancelled when the server stops: calls under way end with Unavailable.</summary>
    public CancellationToken Stopping { get; set; }

    /// <summary>The methods that are served.</summary>
    public IEnumerable<Method> Methods => _handlers.Values.Select(h => h.Method);

    /// <summary>Serves a unary method.</summary>
    public void Map<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<TRequest, ServerCallContext, Task<TResponse>> serve)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _handlers.Add(method.FullName, new UnaryCallHandler<TRequest, TResponse>(method, serve));

    /// <summary>Serves a method whose response is a stream.</summary>
    public void Map<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<TRequest, IAsyncStreamWriter<TResponse>, ServerCallContext, Task> serve)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _handlers.Add(method.FullName, new ServerStreamingCallHandler<TRequest, TResponse>(method, serve));

    /// <summary>Serves a method where both sides stream.</summary>
    public void Map<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<IAsyncStreamReader<TRequest>, IAsyncStreamWriter<TResponse>, ServerCallContext, Task> serve)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _handlers.Add(method.FullName, new DuplexStreamingCallHandler<TRequest, TResponse>(method, serve));

    /// <summary>Serves one HTTP request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (!IsGrpc(http))
        {
            return;
        }

        http.Response.ContentType = "application/grpc";
        if (!_handlers.TryGetValue(http.Request.Path.Value ?? "", out CallHandler? handler))
        {
            Finish(http, StatusCode.Unimplemented, $"there is no method {http.Request.Path.Value}");
            return;
        }

        string encoding = http.Request.Headers["grpc-encoding"].ToString();
        if (encoding is not ("" or "identity"))
        {
            http.Response.Headers["grpc-accept-encoding"] = "identity";
            Finish(http, StatusCode.Unimplemented, $"the encoding {encoding} is not supported");
            return;
        }

        TimeSpan? timeout = null;
        string timeoutHeader = http.Request.Headers["grpc-timeout"].ToString();
        if (timeoutHeader.Length > 0)
        {
            if (!TimeoutHeader.TryDecode(timeoutHeader, out TimeSpan decoded))
            {
                Finish(http, StatusCode.Internal, "grpc-timeout is not a timeout");
                return;
            }

            if (decoded == TimeSpan.Zero)
            {
                Finish(http, StatusCode.DeadlineExceeded, "the call's deadline had passed before it arrived");
                return;
            }

            // Timers do not count further than 49 days; a deadline beyond is none.
            timeout = decoded.TotalDays < 49 ? decoded : null;
        }

        await ServeAsync(http, handler, timeout).ConfigureAwait(false);
    }

    private static bool IsGrpc(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return false;
        }

        string type = http.Request.ContentType ?? "";
        if (type != "application/grpc" && type != "application/grpc+proto" && !type.StartsWith("application/grpc;", StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        return true;
    }

    private static void Finish(HttpContext http, StatusCode status, string detail)
    {
        IHeaderDictionary? headers = http.Response.HasStarted ? null : http.Response.Headers;
        string code = ((int)status).ToString(null, null);
        string message = StatusMessage.Encode(detail);
        if (headers is not null)
        {
            headers["grpc-status"] = code;
            headers["grpc-message"] = message;
            return;
        }

        http.Response.AppendTrailer("grpc-status", code);
        if (message.Length > 0)
        {
            http.Response.AppendTrailer("grpc-message", message);
        }
    }

    private async Task ServeAsync(HttpContext http, CallHandler handler, TimeSpan? timeout)
    {
        using CancellationTokenSource deadline = new();
        if (timeout is TimeSpan limit)
        {
            deadline.CancelAfter(limit);
        }

        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, deadline.Token, Stopping);
        ServerCallContext context = new(http, handler.Method, ended.Token);
        try
        {
            Authorize?.Invoke(context);
            await handler.InvokeAsync(http, context, MaxMessageLength).ConfigureAwait(false);
            if (!http.Response.HasStarted)
            {
                await http.Response.StartAsync(CancellationToken.None).ConfigureAwait(false);
            }

            End(context, http, StatusCode.OK, "");
        }
        catch (GrpcException e)
        {
            End(context, http, e.StatusCode, e.Detail);
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            End(context, http, StatusCode.DeadlineExceeded, "the call took longer than its deadline");
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            End(context, http, StatusCode.Unavailable, "the server is being stopped or restarted");
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            End(context, http, StatusCode.Cancelled, "the call was cancelled");
        }
        catch (BadHttpRequestException e)
        {
            End(context, http, StatusCode.Internal, e.Message);
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Method} failed", handler.Method);
            End(context, http, StatusCode.Unknown, "internal error; the daemon's log says more");
        }
    }

    private void End(ServerCallContext context, HttpContext http, StatusCode status, string detail)
    {
        Finish(http, status, detail);
        Ended?.Invoke(context, status, detail);
    }
}
