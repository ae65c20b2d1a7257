using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Logs;

/// <summary>Keeps the logs of VMs from growing for ever.</summary>
internal sealed class LogKeeper(VmSupervisor supervisor, VmLog logs, ILogger<LogKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                foreach (VmInstance vm in supervisor.Live.Where(v => v.Origin == VmOrigin.Detached))
                {
                    Shorten(vm);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon stops.
        }
    }

    private void Shorten(VmInstance vm)
    {
        try
        {
            logs.Shorten(vm.Id);
        }
        catch (IOException e)
        {
            logger.LogWarning("the log of VM {Vm} cannot be shortened: {Reason}", vm.Id, e.Message);
        }
    }
}
