using Microsoft.AspNetCore.Http;
using PortableVirt.Control.Tests.Interop;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Control.Tests.Protocol;

/// <summary>Our client with servers that break the protocol: each call ends with a status.</summary>
public sealed class HostileServerTests
{
    [Theory]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    public Task Http_errors(int http, StatusCode expected) => AssertEndsAsync(expected, context =>
    {
        context.Response.StatusCode = http;
        return Task.CompletedTask;
    });

    [Fact]
    public Task Another_content_type() => AssertEndsAsync(StatusCode.Unknown, async context =>
    {
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync("<p>hello");
    });

    [Fact]
    public Task No_status() => AssertEndsAsync(StatusCode.Internal, context => AnswerAsync(context, "0000000000"));

    [Fact]
    public Task No_response() => AssertEndsAsync(StatusCode.Internal, context => AnswerAsync(context, "", "0"));

    [Fact]
    public Task Two_responses() => AssertEndsAsync(StatusCode.Internal, context => AnswerAsync(context, "00000000000000000000", "0"));

    [Fact]
    public Task A_response_cut_off() => AssertEndsAsync(StatusCode.Internal, context => AnswerAsync(context, "0000000009AA", "0"));

    [Fact]
    public Task A_response_that_is_no_message() => AssertEndsAsync(StatusCode.Internal, context => AnswerAsync(context, "0000000001FF", "0"));

    [Fact]
    public Task A_response_above_the_limit() => AssertEndsAsync(StatusCode.ResourceExhausted, context => AnswerAsync(context, "00FFFFFFFF", "0"));

    [Fact]
    public Task A_compressed_response() => AssertEndsAsync(StatusCode.Unimplemented, context => AnswerAsync(context, "0100000000", "0"));

    [Theory]
    [InlineData("99")]
    [InlineData("-1")]
    [InlineData("ok")]
    public Task Statuses_that_do_not_exist(string status) =>
        AssertEndsAsync(StatusCode.Unknown, context => AnswerAsync(context, "0000000000", status));

    [Fact]
    public Task A_reset_stream() => AssertEndsAsync(StatusCode.Internal, async context =>
    {
        await AnswerAsync(context, "0000000009");
        context.Abort();
    });

    [Fact]
    public async Task Nobody_listens()
    {
        using GrpcChannel channel = GrpcChannel.ForPath("/nonexistent/socket");
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryCallAsync(EchoMethods.Unary, new EchoRequest(), default));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    private static async Task AnswerAsync(HttpContext context, string hex, string? status = null)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(Convert.FromHexString(hex));
        await context.Response.Body.FlushAsync();
        if (status is not null)
        {
            context.Response.AppendTrailer("grpc-status", status);
        }
    }

    private static async Task AssertEndsAsync(StatusCode expected, RequestDelegate serve)
    {
        await using EchoServer server = await EchoServer.StartAsync(serve);
        using GrpcChannel channel = GrpcChannel.ForPath(server.SocketPath);
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(
            () => channel.UnaryCallAsync(EchoMethods.Unary, new EchoRequest(), new CallOptions(TimeSpan.FromSeconds(10))));
        Assert.Equal(expected, e.StatusCode);
    }
}
