using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Hosting;

/// <summary>Tells systemd's watchdog that the daemon answers (sd_watchdog_enabled(3)): each time only after a call over its own socket, through
/// all that a user's call passes, was answered. A daemon that hangs is restarted; its VMs go on.</summary>
internal sealed class Watchdog(DaemonOptions options, VmSupervisor supervisor, ILogger<Watchdog> logger) : BackgroundService
{
    /// <summary>Half of the time that systemd waits, or null when it does not.</summary>
    public static TimeSpan? Interval(string? microseconds, string? processId) =>
        ulong.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out ulong time) && time > 0
        && (string.IsNullOrEmpty(processId) || processId == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(time / 2)
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Interval(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")) is not { } interval)
        {
            return;
        }

        using PeriodicTimer timer = new(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await CheckAsync(interval).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon stops.
        }
    }

    private async Task CheckAsync(TimeSpan limit)
    {
        using GrpcChannel channel = GrpcChannel.ForPath(options.SocketPath);
        try
        {
            await channel.UnaryCallAsync(DaemonMethods.GetInfo, new GetInfoRequest(), new CallOptions(limit)).ConfigureAwait(false);
            SystemdNotifier.Notify($"WATCHDOG=1\nSTATUS={supervisor.Live.Count()} VMs");
        }
        catch (GrpcException e)
        {
            logger.LogError("the daemon does not answer itself: {Reason}", e.Message);
        }
    }
}
