using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Events;
using PortableVirt.Dispatch.Rights;
using PortableVirt.Dispatch.Services;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Server.Peers;

namespace PortableVirt.Dispatch.Hosting;

/// <summary>Builds the daemon's host: Kestrel on the public socket and on the VM-apps' channels, and the services.</summary>
internal static class DaemonHost
{
    private const int MaxConnections = 4096;
    private const int MaxConnectionsPerUser = 1024;
    private const int MaxStreamsPerConnection = 256;

    /// <summary>Builds it.</summary>
    /// <param name="options">The daemon's options.</param>
    /// <param name="folder">The taken folder of the socket, or null under socket activation.</param>
    public static WebApplication Build(DaemonOptions options, SocketFolder? folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "portablevirtd" });
        builder.Logging.AddSystemdConsole(console => console.IncludeScopes = false);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        HandedSocketEndPoint channels = new();
        AddServices(builder.Services, options, channels);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options, channels, folder is null));
        builder.Services.AddSingleton<IConnectionListenerFactory, HandedSocketListenerFactory>();
        builder.Services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = endPoint => folder is not null && endPoint is UnixDomainSocketEndPoint
                ? folder.Bind(endPoint)
                : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = SupervisionLimits.StopTime * 3);

        WebApplication app = builder.Build();
        GrpcServer server = app.Services.GetRequiredService<GrpcServer>();
        server.Authorize = app.Services.GetRequiredService<Authorizer>().Check;
        app.Services.GetRequiredService<DaemonService>().MapTo(server);
        app.Services.GetRequiredService<ManagerService>().MapTo(server);
        ((IApplicationBuilder)app).Run(server.HandleAsync);
        app.Lifetime.ApplicationStarted.Register(() => SystemdNotifier.Notify("READY=1"));
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            SystemdNotifier.Notify("STOPPING=1");
            app.Services.GetRequiredService<VmSupervisor>().StopAllAsync().Wait(SupervisionLimits.StopTime * 2);
        });
        return app;
    }

    private static void AddServices(IServiceCollection services, DaemonOptions options, HandedSocketEndPoint channels)
    {
        services.AddSingleton(options);
        services.AddSingleton(channels);
        services.AddSingleton(Authorizer.ForHost());
        services.AddSingleton<EventHub>();
        services.AddSingleton<VmLauncher>();
        services.AddSingleton<VmSupervisor>();
        services.AddSingleton<KvmReport>();
        services.AddSingleton<DaemonService>();
        services.AddSingleton<ManagerService>();
        services.AddSingleton<GrpcServer>();
    }

    private static void Configure(KestrelServerOptions kestrel, DaemonOptions options, HandedSocketEndPoint channels, bool activated)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        kestrel.Limits.MaxRequestBodySize = null;
        PeerConnections connections = new(MaxConnectionsPerUser);
        if (activated)
        {
            kestrel.UseSystemd(listen => ListenToUsers(listen, connections));
        }
        else
        {
            kestrel.ListenUnixSocket(options.SocketPath, listen => ListenToUsers(listen, connections));
        }

        kestrel.Listen(channels, listen => listen.Protocols = HttpProtocols.Http2);
    }

    private static void ListenToUsers(ListenOptions listen, PeerConnections connections)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.UsePeerCredentials(connections);
    }
}
