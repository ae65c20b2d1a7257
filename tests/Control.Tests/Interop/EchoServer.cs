using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Interop;

/// <summary>Our server with the echo service, on a Unix socket of its own.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    /// <summary>Largest message that it takes.</summary>
    public const int MaxMessageLength = 2 * 1024 * 1024;

    private readonly ScratchFolder _folder = new();
    private readonly WebApplication _app;

    private EchoServer(RequestDelegate? serve)
    {
        SocketPath = Path.Combine(_folder.Path, "echo.sock");
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(SocketPath, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UsePeerCredentials();
        }));
        _app = builder.Build();
        ((IApplicationBuilder)_app).Run(serve ?? MakeServer().HandleAsync);
    }

    public string SocketPath { get; }

    /// <summary>Starts it; with <paramref name="serve"/> it answers by that code instead, to play a broken server.</summary>
    public static async Task<EchoServer> StartAsync(RequestDelegate? serve = null)
    {
        EchoServer server = new(serve);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource atOnce = new(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static GrpcServer MakeServer()
    {
        GrpcServer server = new(NullLogger<GrpcServer>.Instance) { MaxMessageLength = MaxMessageLength };
        server.Map(EchoMethods.Unary, async (request, context) => await AnswerAsync(request, context));
        server.Map(EchoMethods.Count, async (request, responses, context) =>
        {
            for (long i = 1; i <= request.Number; i++)
            {
                await responses.WriteAsync(new EchoResponse { Text = request.Text, Number = i }, context.CancellationToken);
            }

            await AnswerAsync(request, context);
        });
        server.Map(EchoMethods.Chat, async (requests, responses, context) =>
        {
            while (await requests.MoveNext(default))
            {
                await responses.WriteAsync(await AnswerAsync(requests.Current, context), context.CancellationToken);
            }
        });
        return server;
    }

    private static async Task<EchoResponse> AnswerAsync(EchoRequest request, ServerCallContext context)
    {
        if (request.DelayMilliseconds > 0)
        {
            await Task.Delay(request.DelayMilliseconds, context.CancellationToken);
        }

        return request.Status == 0
            ? new EchoResponse { Text = request.Text, Number = request.Number, Data = request.Data }
            : throw new GrpcException((StatusCode)request.Status, request.Text);
    }
}
