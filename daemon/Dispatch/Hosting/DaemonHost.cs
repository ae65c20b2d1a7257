using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
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
using PortableVirt.Dispatch.Groups;
using PortableVirt.Dispatch.Journal;
using PortableVirt.Dispatch.Logs;
using PortableVirt.Dispatch.Packages;
using PortableVirt.Dispatch.Registry;
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
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(5);

    /// <summary>Builds it.</summary>
    /// <param name="options">The daemon's options.</param>
    /// <param name="folder">The taken folder of the socket, or null under socket activation.</param>
    /// <param name="state">The taken state folder.</param>
    /// <param name="database">The registry.</param>
    public static WebApplication Build(DaemonOptions options, SocketFolder? folder, StateFolder state, RegistryDatabase database)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "portablevirtd" });
        builder.Logging.AddProvider(new SinkLoggerProvider(JournalSink.IsWanted ? new JournalSink() : new StdErrSink()));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        HandedSocketEndPoint channels = new();
        AddServices(builder.Services, options, channels);
        builder.Services.AddSingleton(state);
        builder.Services.AddSingleton(database);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options, channels, folder is null));
        builder.Services.AddSingleton<IConnectionListenerFactory, HandedSocketListenerFactory>();
        builder.Services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = endPoint => folder is not null && endPoint is UnixDomainSocketEndPoint
                ? folder.Bind(endPoint)
                : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);

        WebApplication app = builder.Build();
        GrpcServer server = app.Services.GetRequiredService<GrpcServer>();
        VmSupervisor supervisor = app.Services.GetRequiredService<VmSupervisor>();
        server.Authorize = app.Services.GetRequiredService<Authorizer>().Check;
        server.Ended = app.Services.GetRequiredService<AuditLog>().Ended;
        server.Stopping = supervisor.Stopping;
        app.Services.GetRequiredService<DaemonService>().MapTo(server);
        app.Services.GetRequiredService<VmService>().MapTo(server);
        app.Services.GetRequiredService<AttachedRuns>().MapTo(server);
        app.Services.GetRequiredService<StreamService>().MapTo(server);
        app.Services.GetRequiredService<PackageService>().MapTo(server);
        app.Services.GetRequiredService<ManagerService>().MapTo(server);
        ((IApplicationBuilder)app).Run(server.HandleAsync);
        app.Lifetime.ApplicationStarted.Register(() => SystemdNotifier.Notify("READY=1"));
        return app;
    }

    /// <summary>Runs a built host until it is told to stop. SIGTERM leaves the VMs running for the next daemon; SIGINT ends them first.</summary>
    public static async Task RunAsync(WebApplication app)
    {
        SignalLifetime lifetime = (SignalLifetime)app.Services.GetRequiredService<IHostLifetime>();
        VmSupervisor supervisor = app.Services.GetRequiredService<VmSupervisor>();
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            SystemdNotifier.Notify("STOPPING=1");
            if (lifetime.EndsVms)
            {
                app.Services.GetRequiredService<VmControl>().StopAllAsync().Wait(SupervisionLimits.StopTime * 2);
            }

            supervisor.StopStarting();
        });
        VmSockets sockets = app.Services.GetRequiredService<VmSockets>();
        RegistryDatabase database = app.Services.GetRequiredService<RegistryDatabase>();
        Authorizer authorizer = app.Services.GetRequiredService<Authorizer>();
        using PosixSignalRegistration reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            SystemdNotifier.Notify($"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetElapsedTime(0).TotalMicroseconds:0}");
            authorizer.Reload();
            SystemdNotifier.Notify("READY=1");
        });
        app.Services.GetRequiredService<PackageRegistry>().Load();
        app.Services.GetRequiredService<VmRecovery>().Run();
        await app.RunAsync().ConfigureAwait(false);
        sockets.RemoveFolderIfEmpty();
        database.Checkpoint();
    }

    private static void AddServices(IServiceCollection services, DaemonOptions options, HandedSocketEndPoint channels)
    {
        services.AddSingleton<IHostLifetime, SignalLifetime>();
        services.AddSingleton(options);
        services.AddSingleton(channels);
        services.AddSingleton(Authorizer.ForHost());
        services.AddSingleton<EventHub>();
        services.AddSingleton(new VmSockets(options.SocketPath));
        services.AddSingleton(new ControlGroups(options.CgroupPath));
        services.AddSingleton<VmTable>();
        services.AddSingleton<PackageTable>();
        services.AddSingleton<PackageStore>();
        services.AddSingleton<PackageRegistry>();
        services.AddSingleton<VmLog>();
        services.AddHostedService<LogKeeper>();
        services.AddSingleton<VmLauncher>();
        services.AddSingleton<VmSupervisor>();
        services.AddSingleton<DetachedInheritance>();
        services.AddSingleton<VmControl>();
        services.AddSingleton<VmRecovery>();
        services.AddSingleton<VmMeter>();
        services.AddSingleton<VmFinder>();
        services.AddSingleton<KvmReport>();
        services.AddSingleton<VmService>();
        services.AddSingleton<AttachedRuns>();
        services.AddSingleton<StreamService>();
        services.AddSingleton<PackageService>();
        services.AddSingleton<AuditLog>();
        services.AddHostedService<Watchdog>();
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
