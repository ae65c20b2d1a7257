using System.Net;
using System.Net.Sockets;
using PortableVirt.Control.Tests.Interop;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Control.Tests.Protocol;

/// <summary>Our server with clients that break the protocol at every level: it answers by the book and goes on serving.</summary>
public sealed class HostileClientTests : IAsyncLifetime
{
    private const string Unary = "/portablevirt.test.Echo/Unary";
    private const string Chat = "/portablevirt.test.Echo/Chat";
    private EchoServer _server = null!;
    private RawCall _raw = null!;

    public async Task InitializeAsync()
    {
        _server = await EchoServer.StartAsync();
        _raw = new RawCall(_server.SocketPath);
    }

    public async Task DisposeAsync()
    {
        _raw.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(Unary, "", "13")]
    [InlineData(Unary, "00", "13")]
    [InlineData(Unary, "00000000", "13")]
    [InlineData(Unary, "0000000005", "13")]
    [InlineData(Unary, "000000000508", "13")]
    [InlineData(Unary, "0100000000", "12")]
    [InlineData(Unary, "7F00000000", "13")]
    [InlineData(Unary, "00FFFFFFFF", "8")]
    [InlineData(Unary, "007FFFFFFF", "8")]
    [InlineData(Unary, "0000000001FF", "13")]
    [InlineData(Unary, "00000000020A7F", "13")]
    [InlineData(Unary, "00000000000000000000", "13")]
    [InlineData(Chat, "000000000A0A0A", "13")]
    [InlineData(Chat, "0000000000FF", "13")]
    [InlineData(Unary, "0000000000", "0")]
    [InlineData(Chat, "", "0")]
    public async Task Bodies(string path, string hex, string status)
    {
        Assert.Equal((HttpStatusCode.OK, status), await _raw.SendAsync(path, Convert.FromHexString(hex)));
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("/portablevirt.test.Echo/Missing", "12")]
    [InlineData("/portablevirt.test.Echo/unary", "12")]
    [InlineData("/portablevirt.test.Echo/Unary/", "12")]
    [InlineData("//Unary", "12")]
    [InlineData("/", "12")]
    public async Task Paths(string path, string status)
    {
        Assert.Equal(status, (await _raw.SendAsync(path, new byte[5])).Grpc);
        await AssertServesAsync();
    }

    [Fact]
    public async Task A_path_that_http_forbids()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => _raw.SendAsync("/%00", new byte[5]));
        await AssertServesAsync();
    }

    [Fact]
    public async Task Content_types_and_http_methods()
    {
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _raw.SendAsync(Unary, new byte[5], "application/json")).Http);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _raw.SendAsync(Unary, new byte[5], "application/grpc-web")).Http);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _raw.SendAsync(Unary, new byte[5], "")).Http);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _raw.SendAsync(Unary, [], method: HttpMethod.Get)).Http);
        Assert.Equal("0", (await _raw.SendAsync(Unary, new byte[5], "application/grpc+proto")).Grpc);
    }

    [Fact]
    public async Task Timeout_and_encoding_headers()
    {
        Assert.Equal("13", (await _raw.SendAsync(Unary, new byte[5], headers: ("grpc-timeout", "soon"))).Grpc);
        Assert.Equal("4", (await _raw.SendAsync(Unary, new byte[5], headers: ("grpc-timeout", "0n"))).Grpc);
        Assert.Equal("0", (await _raw.SendAsync(Unary, new byte[5], headers: ("grpc-timeout", "99999999H"))).Grpc);
        Assert.Equal("12", (await _raw.SendAsync(Unary, new byte[5], headers: ("grpc-encoding", "gzip"))).Grpc);
        Assert.Equal("0", (await _raw.SendAsync(Unary, new byte[5], headers: ("grpc-encoding", "identity"))).Grpc);
    }

    [Fact]
    public async Task Random_bytes_on_the_socket()
    {
        Random random = new(20261122);
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray();
        for (int i = 0; i < 200; i++)
        {
            byte[] noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);
            if (i % 2 == 0)
            {
                MakeFrames(random, noise);
            }

            await SendRawAsync(i % 4 == 3 ? noise : [.. preface, .. noise]);
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task Silent_and_slow_connections_do_not_stop_others()
    {
        List<Socket> silent = [];
        try
        {
            for (int i = 0; i < 200; i++)
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                silent.Add(socket);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_server.SocketPath));
                await socket.SendAsync("PRI * HT"u8.ToArray());
            }

            await AssertServesAsync();
        }
        finally
        {
            silent.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task A_client_that_dies_cancels_its_call()
    {
        for (int i = 0; i < 20; i++)
        {
            using GrpcChannel channel = GrpcChannel.ForPath(_server.SocketPath);
            AsyncDuplexStreamingCall<EchoRequest, EchoResponse> call = channel.DuplexStreamingCall(EchoMethods.Chat, default);
            await call.RequestStream.WriteAsync(new EchoRequest { Number = i }, default);
            Assert.True(await call.ResponseStream.MoveNext(default));
            call.Dispose();
            await Assert.ThrowsAsync<GrpcException>(() => call.ResponseStream.MoveNext(default));
        }

        await AssertServesAsync();
    }

    private static void MakeFrames(Random random, byte[] noise)
    {
        // Plausible frame headers: length, a type that exists, flags, stream.
        for (int at = 0; at + 9 <= noise.Length; at += 9 + noise[at + 2])
        {
            noise[at] = 0;
            noise[at + 1] = 0;
            noise[at + 2] = (byte)random.Next(0, 40);
            noise[at + 3] = (byte)random.Next(0, 11);
            noise[at + 5] = 0;
            noise[at + 6] = 0;
            noise[at + 7] = 0;
            noise[at + 8] = (byte)random.Next(0, 6);
        }
    }

    private async Task SendRawAsync(byte[] bytes)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_server.SocketPath));
        try
        {
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
            byte[] answer = new byte[4096];
            while (await socket.ReceiveAsync(answer, limit.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The server may close before it has read all.
        }
    }

    private async Task AssertServesAsync()
    {
        using GrpcChannel channel = GrpcChannel.ForPath(_server.SocketPath);
        EchoResponse response = await channel.UnaryCallAsync(
            EchoMethods.Unary, new EchoRequest { Number = 42 }, new CallOptions(TimeSpan.FromSeconds(10)));
        Assert.Equal(42, response.Number);
    }
}
