using Google.Protobuf;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Control.Tests.Interop;

/// <summary>Our client with Debian's python3-grpcio as the server.</summary>
public sealed class GrpcioServerTests(GrpcioServer server) : IClassFixture<GrpcioServer>, IDisposable
{
    private const string Text = "žluťoučký kůň ☂ 100 %";
    private readonly GrpcChannel _channel = GrpcChannel.ForPath(server.SocketPath);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Unary_calls()
    {
        byte[] data = [.. Enumerable.Range(0, 1_000_000).Select(i => (byte)i)];
        EchoRequest request = new() { Text = Text, Number = -7, Data = ByteString.CopyFrom(data) };
        EchoResponse response = await _channel.UnaryCallAsync(EchoMethods.Unary, request, default);
        Assert.Equal((Text, -7L), (response.Text, response.Number));
        Assert.Equal(data, response.Data.ToByteArray());
        Assert.Equal(new EchoResponse(), await _channel.UnaryCallAsync(EchoMethods.Unary, new EchoRequest(), default));
    }

    [Fact]
    public async Task Many_calls_at_a_time()
    {
        EchoResponse[] responses = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => _channel.UnaryCallAsync(EchoMethods.Unary, new EchoRequest { Number = i }, default)));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), responses.Select(r => r.Number));
    }

    [Fact]
    public async Task Server_streams()
    {
        using AsyncServerStreamingCall<EchoResponse> call =
            _channel.ServerStreamingCall(EchoMethods.Count, new EchoRequest { Number = 500, Text = Text }, default);
        List<long> numbers = [];
        while (await call.ResponseStream.MoveNext(default))
        {
            numbers.Add(call.ResponseStream.Current.Number);
        }

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), numbers);
    }

    [Fact]
    public async Task Duplex_calls_in_turns()
    {
        using AsyncDuplexStreamingCall<EchoRequest, EchoResponse> call = _channel.DuplexStreamingCall(EchoMethods.Chat, default);
        for (int i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Number = i }, default);
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(i, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(16)]
    public async Task Statuses(int code)
    {
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(
            () => _channel.UnaryCallAsync(EchoMethods.Unary, new EchoRequest { Status = code, Text = Text + "\n\t%41" }, default));
        Assert.Equal(((StatusCode)code, Text + "\n\t%41"), (e.StatusCode, e.Detail));
    }

    [Fact]
    public async Task A_status_after_responses()
    {
        using AsyncServerStreamingCall<EchoResponse> call =
            _channel.ServerStreamingCall(EchoMethods.Count, new EchoRequest { Number = 2, Status = 8, Text = "after two" }, default);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.True(await call.ResponseStream.MoveNext(default));
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal((StatusCode.ResourceExhausted, "after two"), (e.StatusCode, e.Detail));
    }

    [Fact]
    public async Task A_status_within_a_duplex_call()
    {
        using AsyncDuplexStreamingCall<EchoRequest, EchoResponse> call = _channel.DuplexStreamingCall(EchoMethods.Chat, default);
        await call.RequestStream.WriteAsync(new EchoRequest { Status = 3, Text = "no" }, default);
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal((StatusCode.InvalidArgument, "no"), (e.StatusCode, e.Detail));
    }

    [Fact]
    public async Task A_missing_method()
    {
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => _channel.UnaryCallAsync(EchoMethods.Missing, new EchoRequest(), default));
        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Fact]
    public async Task Deadlines_and_cancellation()
    {
        EchoRequest slow = new() { DelayMilliseconds = 1500 };
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(
            () => _channel.UnaryCallAsync(EchoMethods.Unary, slow, new CallOptions(TimeSpan.FromMilliseconds(200))));
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);

        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(200));
        e = await Assert.ThrowsAsync<GrpcException>(() => _channel.UnaryCallAsync(EchoMethods.Unary, slow, new CallOptions(null, cancel.Token)));
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
    }
}
