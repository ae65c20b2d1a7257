using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace PortableVirt.Protocol.Grpc;

/// <summary>The body of a call whose requests are a stream: it stays open until the writer completes it or the call ends.</summary>
internal sealed class StreamContent<TRequest> : HttpContent, IClientStreamWriter<TRequest>
    where TRequest : class, IMessage<TRequest>
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamContent()
    {
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <summary>The status that writes meet once the call has ended; set before <see cref="End"/>.</summary>
    public Func<Exception?, GrpcException>? Ended { get; set; }

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(MessageFrame.Encode(message), cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not GrpcException && !cancellationToken.IsCancellationRequested)
        {
            throw Ended?.Invoke(e) ?? new GrpcException(StatusCode.Unavailable, e.Message, e);
        }
    }

    public Task CompleteAsync()
    {
        _completed.TrySetResult();
        return Task.CompletedTask;
    }

    /// <summary>The call has ended: writes fail from now on.</summary>
    public void End()
    {
        _completed.TrySetResult();
        if (_opened.TrySetException(new IOException("the call has ended")))
        {
            _ = _opened.Task.Exception;
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        _opened.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
