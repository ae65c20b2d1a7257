using System.Diagnostics;
using System.Globalization;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using Xunit.Abstractions;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>VMs started, paused, resumed and stopped in random order while the daemon is killed and started again. By hand for longer, with
/// PV_SOAK_VMS, PV_SOAK_SECONDS and PV_SOAK_SEED.</summary>
[Collection("daemon")]
public sealed class SoakTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly TestDaemon _daemon = new();
    private readonly DaemonClient _client;
    private int _calls;
    private int _kills;

    public SoakTests(ITestOutputHelper output)
    {
        _output = output;
        _client = new DaemonClient(_daemon);
    }

    public void Dispose()
    {
        _client.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task No_vm_is_lost_and_nothing_is_left_while_the_daemon_is_killed_again_and_again()
    {
        int count = Setting("PV_SOAK_VMS", 6);
        int seed = Setting("PV_SOAK_SEED", Environment.TickCount & 0xFFFF);
        TimeSpan time = TimeSpan.FromSeconds(Setting("PV_SOAK_SECONDS", 15));
        _output.WriteLine($"{count} VMs, {time.TotalSeconds:0} s, PV_SOAK_SEED={seed}");
        List<Vm> vms = [];
        for (int i = 0; i < count; i++)
        {
            vms.Add(await _client.StartAsync("waiter", [], r => r.Name = $"soak-{r.GetHashCode():x}-{i}"));
        }

        Stopwatch watch = Stopwatch.StartNew();
        Task[] users = [.. Enumerable.Range(0, 4).Select(user => Task.Run(() => UseAsync(new Random(seed + user), vms, watch, time)))];
        Random random = new(seed + 1000);
        while (watch.Elapsed < time)
        {
            await Task.Delay(random.Next(1000, 4000));
            _daemon.End(random.Next(4) == 0 ? "TERM" : "KILL");
            _kills++;
            _daemon.Restart();
            _client.Reconnect();
        }

        await Task.WhenAll(users);
        _output.WriteLine($"{_calls} calls, {_kills} ends of the daemon");
        await CheckAsync(vms);
    }

    private async Task CheckAsync(List<Vm> vms)
    {
        using GrpcChannel channel = _daemon.Connect();
        ListVmsResponse all = await channel.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest { All = true }, new CallOptions(TimeSpan.FromSeconds(20)));
        Assert.Equal(vms.Select(v => v.Id).Order(), all.Vms.Select(v => v.Id).Order());
        foreach (Vm vm in all.Vms.Where(v => v.Pid != 0))
        {
            try
            {
                await channel.UnaryCallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id, GraceMilliseconds = 20_000 }, new CallOptions(TimeSpan.FromSeconds(60)));
            }
            catch (GrpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
            {
                // It was about to end when it was listed, and its state is asked for below.
            }
        }

        // A VM-app that was started just when the daemon was killed gives up after 10 s.
        for (int i = 0; i < 150 && VmApps().Length > 0; i++)
        {
            await Task.Delay(100);
        }

        Assert.Empty(VmApps());
        foreach (Vm vm in all.Vms)
        {
            Assert.Contains((await _client.InspectAsync(vm.Id)).Vm.State, (VmState[])[VmState.Ended, VmState.Failed]);
            await channel.UnaryCallAsync(DaemonMethods.RemoveVm, new RemoveVmRequest { VmId = vm.Id }, new CallOptions(TimeSpan.FromSeconds(20)));
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(_daemon.StatePath, "logs")));
        Assert.Empty(Directory.GetFiles(Path.Combine(Path.GetDirectoryName(_daemon.SocketPath)!, "vms")));
        using Process process = Process.GetProcessById(_daemon.ProcessId);
        int descriptors = Directory.GetFileSystemEntries($"/proc/{_daemon.ProcessId}/fd").Length;
        _output.WriteLine($"daemon: {process.WorkingSet64 >> 20} MiB, {descriptors} descriptors, {process.Threads.Count} threads");
        _daemon.End("TERM");
        _daemon.Restart();
        Assert.Empty((await _daemon.ListAsync()));
    }

    private async Task UseAsync(Random random, List<Vm> vms, Stopwatch watch, TimeSpan time)
    {
        while (watch.Elapsed < time)
        {
            string id = vms[random.Next(vms.Count)].Id;
            using GrpcChannel channel = _daemon.Connect();
            CallOptions limit = new(TimeSpan.FromSeconds(40));
            try
            {
                await (random.Next(6) switch
                {
                    0 => (Task)channel.UnaryCallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = id }, limit),
                    1 => channel.UnaryCallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = id }, limit),
                    2 => channel.UnaryCallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = id, GraceMilliseconds = (uint)random.Next(2) * 2000 }, limit),
                    3 => channel.UnaryCallAsync(DaemonMethods.RestartVm, new RestartVmRequest { VmId = id, GraceMilliseconds = 500 }, limit),
                    4 => channel.UnaryCallAsync(DaemonMethods.InspectVm, new InspectVmRequest { VmId = id }, limit),
                    _ => channel.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest { All = true }, limit),
                });
                Interlocked.Increment(ref _calls);
            }
            catch (GrpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition or StatusCode.Cancelled)
            {
                // The daemon is away, or another user was faster: the VM is in another state.
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Processes of this daemon's VM-apps: they have its socket folder's sockets, and run the program under test.</summary>
    private static int[] VmApps()
    {
        string program = Path.Combine(TestDaemon.Programs, "portablevirt-vmapp");
        return [.. Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _) && new FileInfo($"/proc/{name}/exe").LinkTarget == program)
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))];
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
