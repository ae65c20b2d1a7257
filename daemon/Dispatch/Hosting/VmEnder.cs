using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Hosting;

/// <summary>Ends all VMs through the daemon that runs, for the end of the host: asked first, then forced.</summary>
internal static class VmEnder
{
    private const uint GraceMilliseconds = 10_000;
    private static readonly CallOptions Limit = new(TimeSpan.FromSeconds(30));

    /// <summary>Does it.</summary>
    /// <returns>0: no VM is left; 1: some are, or no daemon answers.</returns>
    public static async Task<int> RunAsync(string socketPath)
    {
        using GrpcChannel channel = GrpcChannel.ForPath(socketPath);
        try
        {
            ListVmsResponse list = await channel.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest(), Limit).ConfigureAwait(false);
            bool[] ended = await Task.WhenAll(list.Vms.Select(vm => EndAsync(channel, vm))).ConfigureAwait(false);
            return ended.All(e => e) ? 0 : 1;
        }
        catch (GrpcException e)
        {
            await Console.Error.WriteLineAsync($"portablevirtd: the VMs cannot be ended, no daemon answers on {socketPath}: {e.Message}").ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<bool> EndAsync(GrpcChannel channel, Vm vm)
    {
        try
        {
            await channel.UnaryCallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id, GraceMilliseconds = GraceMilliseconds }, Limit).ConfigureAwait(false);
            return true;
        }
        catch (GrpcException e)
        {
            await Console.Error.WriteLineAsync($"portablevirtd: VM {vm.Id} is not ended: {e.Message}").ConfigureAwait(false);
            return false;
        }
    }
}
