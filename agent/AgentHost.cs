using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.Services;

namespace PortableVirt.Agent;

/// <summary>Builds the agent's host.</summary>
internal static class AgentHost
{
    /// <summary>Version of the agent, as 1.2.3.</summary>
    public static string Version { get; } = typeof(AgentHost).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Builds it.</summary>
    /// <param name="socketPath">Path of its socket.</param>
    /// <param name="folder">The taken folder of the socket, or null under socket activation.</param>
    public static WebApplication Build(string socketPath, SocketFolder? folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "portablevirt-agent" });
        builder.Logging.AddSystemdConsole();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton<GrpcServer>();
        builder.Services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = endPoint => folder is not null && endPoint is UnixDomainSocketEndPoint
                ? folder.Bind(endPoint)
                : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (folder is null)
            {
                kestrel.UseSystemd(Listen);
            }
            else
            {
                kestrel.ListenUnixSocket(socketPath, Listen);
            }
        });

        WebApplication app = builder.Build();
        GrpcServer server = app.Services.GetRequiredService<GrpcServer>();
        server.Authorize = AgentService.Authorize;
        server.Map(AgentMethods.Launch, AgentService.LaunchAsync);
        server.Map(AgentMethods.Open, AgentService.OpenAsync);
        server.Map(AgentMethods.GetAgentInfo, AgentService.GetAgentInfoAsync);
        ((IApplicationBuilder)app).Run(server.HandleAsync);
        app.Lifetime.ApplicationStarted.Register(() => SystemdNotifier.Notify("READY=1"));
        return app;
    }

    private static void Listen(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.UsePeerCredentials();
    }
}
