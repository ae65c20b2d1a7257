using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace PortableVirt.Protocol.Grpc;

/// <summary>One call of a client: a request with the response that belongs to it, read as a stream of messages that ends with a status.</summary>
internal sealed class GrpcCall<TRequest, TResponse> : IAsyncStreamReader<TResponse>, IDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly Method<TRequest, TResponse> _method;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationToken _callerToken;
    private readonly int _maxMessageLength;
    private readonly Task<HttpResponseMessage> _response;
    private MessageReader<TResponse>? _reader;
    private TResponse? _current;
    private GrpcException? _failure;

    public GrpcCall(HttpMessageInvoker invoker, Method<TRequest, TResponse> method, HttpContent content, CallOptions options, int maxMessageLength)
    {
        _method = method;
        _callerToken = options.CancellationToken;
        _maxMessageLength = maxMessageLength;
        HttpRequestMessage request = new(HttpMethod.Post, new Uri("http://localhost" + method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        request.Headers.TryAddWithoutValidation("user-agent", "grpc-dotnet-portablevirt/1");
        if (options.Timeout is TimeSpan timeout)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", TimeoutHeader.Encode(timeout));
            _deadline = new CancellationTokenSource(timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout);
        }

        _ended = CancellationTokenSource.CreateLinkedTokenSource(_callerToken, _deadline?.Token ?? CancellationToken.None);
        _response = invoker.SendAsync(request, _ended.Token);
    }

    public TResponse Current => _current ?? throw new InvalidOperationException("no message was read");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((CancellationTokenSource)state!).Cancel(), _ended);
        try
        {
            HttpResponseMessage response = await _response.ConfigureAwait(false);
            _reader ??= await OpenAsync(response).ConfigureAwait(false);
            _current = await _reader.ReadAsync(_ended.Token).ConfigureAwait(false);
            if (_current is null)
            {
                ThrowUnlessOk(response.TrailingHeaders.Contains("grpc-status") ? response.TrailingHeaders : response.Headers);
            }

            return _current is not null;
        }
        catch (Exception e)
        {
            _failure = e as GrpcException ?? ToStatus(e, cancellationToken);
            throw _failure;
        }
    }

    /// <summary>The status behind an error of the transport.</summary>
    public GrpcException ToStatus(Exception? e, CancellationToken cancellationToken = default)
    {
        if (_failure is not null)
        {
            return _failure;
        }

        if (_deadline is { IsCancellationRequested: true })
        {
            return new GrpcException(StatusCode.DeadlineExceeded, "the call took longer than its deadline", e);
        }

        if (_callerToken.IsCancellationRequested || cancellationToken.IsCancellationRequested || _ended.IsCancellationRequested)
        {
            return new GrpcException(StatusCode.Cancelled, "the call was cancelled", e);
        }

        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException { ErrorCode: 0 })
            {
                // A server that stops says goodbye with NO_ERROR: the next one answers.
                return new GrpcException(StatusCode.Unavailable, "the peer has closed the connection: " + cause.Message, e);
            }

            if (cause is HttpProtocolException protocol)
            {
                return new GrpcException(TransportStatus.OfHttp2Error(protocol.ErrorCode), "the peer ended the call: " + protocol.Message, e);
            }
        }

        return new GrpcException(StatusCode.Unavailable, e?.GetBaseException().Message ?? "the call has ended", e);
    }

    /// <summary>Calls back once: when the call failed to start, was cancelled or disposed of.</summary>
    public void WhenEnded(Action ended)
    {
        _ended.Token.UnsafeRegister(static state => ((Action)state!)(), ended);
        _ = _response.ContinueWith(
            finished =>
            {
                if (finished.Status != TaskStatus.RanToCompletion)
                {
                    ended();
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ = _response.ContinueWith(
            static finished =>
            {
                if (finished.Status == TaskStatus.RanToCompletion)
                {
                    finished.Result.Dispose();
                }
                else
                {
                    _ = finished.Exception;
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        _deadline?.Dispose();
    }

    private async ValueTask<MessageReader<TResponse>> OpenAsync(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new GrpcException(TransportStatus.OfHttpStatus((int)response.StatusCode), $"the peer answered with HTTP status {(int)response.StatusCode}");
        }

        if (response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            throw new GrpcException(StatusCode.Unknown, "the peer's answer is not gRPC");
        }

        if (response.Headers.Contains("grpc-status"))
        {
            ThrowUnlessOk(response.Headers);
        }

        Stream body = await response.Content.ReadAsStreamAsync(_ended.Token).ConfigureAwait(false);
        return new MessageReader<TResponse>(body, _method.ResponseParser, _maxMessageLength);
    }

    private static void ThrowUnlessOk(HttpHeaders headers)
    {
        string? code = First(headers, "grpc-status");
        if (code == "0")
        {
            return;
        }

        string detail = StatusMessage.Decode(First(headers, "grpc-message") ?? "");
        throw code is null
            ? new GrpcException(StatusCode.Internal, "the peer ended the call without a status")
            : int.TryParse(code, out int number) && number is > 0 and <= (int)StatusCode.Unauthenticated
                ? new GrpcException((StatusCode)number, detail)
                : new GrpcException(StatusCode.Unknown, $"the peer ended the call with the status \"{code}\"; {detail}");
    }

    private static string? First(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
