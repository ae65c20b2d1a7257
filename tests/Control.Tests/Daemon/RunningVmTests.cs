using System.Diagnostics;
using System.Globalization;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>VMs that go on until somebody ends them: who sees them, who stops them, and what a kill -9 of each part leaves.</summary>
[Collection("daemon")]
public sealed class RunningVmTests : IDisposable
{
    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task The_vm_app_has_the_callers_ids_and_no_rights()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"));
        Vm vm = Assert.Single(await _daemon.ListAsync());
        Dictionary<string, string> status = File.ReadAllLines($"/proc/{vm.Pid}/status")
            .Select(l => l.Split(':', 2)).ToDictionary(f => f[0], f => f[1].Trim());
        string id = TestDaemon.OrdinaryUser.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(string.Join('\t', id, id, id, id), status["Uid"]);
        Assert.Equal(string.Join('\t', id, id, id, id), status["Gid"]);
        Assert.Equal("", status["Groups"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        foreach (string set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
        {
            Assert.Equal("0000000000000000", status[set]);
        }

        // Other processes of the user may not trace it or look into it.
        ProgramRun look = await ProgramRunner.RunAsync(
            ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", "ls", $"/proc/{vm.Pid}/fd"], "/");
        Assert.NotEqual(0, look.ExitCode);
        TestDaemon.Signal(pvctl.Id, "KILL");
        await TestDaemon.AssertGoneAsync(vm.Pid);
    }

    [Fact]
    public async Task Users_see_and_stop_their_own_vms_and_root_all()
    {
        using Process roots = await _daemon.StartReadyAsync(0, "--daemon", ControlPrograms.Path("waiter"));
        using Process users = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"));
        IReadOnlyList<Vm> all = await _daemon.ListAsync();
        Assert.Equal([0u, TestDaemon.OrdinaryUser], all.Select(v => v.Uid));
        ProgramRun ps = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "ps");
        Assert.DoesNotContain(all[0].Id, ps.Output, StringComparison.Ordinal);
        Assert.Contains(all[1].Id, ps.Output, StringComparison.Ordinal);

        ProgramRun stop = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "stop", "--force", all[0].Id);
        Assert.Equal(1, stop.ExitCode);
        Assert.Contains("there is no VM", stop.Error, StringComparison.Ordinal);
        stop = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "stop", all[1].Id[..6]);
        Assert.True(stop.ExitCode == 0, stop.Describe());
        Assert.True(users.WaitForExit(5000));
        Assert.Equal(35, users.ExitCode);
        stop = await _daemon.RunAsync(0, null, "stop", all[0].Id);
        Assert.True(stop.ExitCode == 0, stop.Describe());
        Assert.True(roots.WaitForExit(5000));
        Assert.Empty(await _daemon.ListAsync());
    }

    [Fact]
    public async Task A_program_that_does_not_listen_is_forced()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"), "ignore");
        Vm vm = Assert.Single(await _daemon.ListAsync());
        ProgramRun stop = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "stop", "--grace", "1", vm.Id);
        Assert.True(stop.ExitCode == 0 && stop.Wall > TimeSpan.FromSeconds(0.9), stop.Describe());
        Assert.False(Directory.Exists($"/proc/{vm.Pid}"));
        Assert.True(pvctl.WaitForExit(5000));
        Assert.NotEqual(0, pvctl.ExitCode);
    }

    [Theory]
    [InlineData("INT", 33)]
    [InlineData("QUIT", 34)]
    [InlineData("TERM", 35)]
    public async Task Signals_become_console_control_events(string signal, int exitCode)
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"));
        TestDaemon.Signal(pvctl.Id, signal);
        Assert.True(pvctl.WaitForExit(5000), "pvctl goes on");
        Assert.Equal(exitCode, pvctl.ExitCode);
    }

    [Theory]
    [InlineData("--daemon")]
    [InlineData("--embedded")]
    public async Task A_second_signal_ends_a_program_that_hangs(string way)
    {
        using Process pvctl = await _daemon.StartReadyAsync(0, way, ControlPrograms.Path("waiter"), "ignore");
        TestDaemon.Signal(pvctl.Id, "INT");
        Assert.Equal("control 0", await pvctl.StandardOutput.ReadLineAsync());
        TestDaemon.Signal(pvctl.Id, "TERM");
        Assert.Equal("control 2", await pvctl.StandardOutput.ReadLineAsync());
        Assert.False(pvctl.WaitForExit(700), "the first SIGTERM only asks");
        TestDaemon.Signal(pvctl.Id, "TERM");
        Assert.True(pvctl.WaitForExit(5000), "pvctl goes on");
        Assert.Equal(unchecked((int)0xC000013A) & 0xFF, pvctl.ExitCode);
    }

    [Fact]
    public async Task Kill_9_of_pvctl_ends_the_vm()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"), "ignore");
        Vm vm = Assert.Single(await _daemon.ListAsync());
        pvctl.Kill();
        await TestDaemon.AssertGoneAsync(vm.Pid);
        await _daemon.AssertNoVmsAsync();
    }

    [Fact]
    public async Task Kill_9_of_the_vm_app_is_told()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"));
        Vm vm = Assert.Single(await _daemon.ListAsync());
        TestDaemon.Signal(vm.Pid, "KILL");
        Assert.True(pvctl.WaitForExit(5000), "pvctl goes on");
        Assert.Equal(125, pvctl.ExitCode);
        Assert.Contains("ended by signal 9", await pvctl.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(await _daemon.ListAsync());
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task The_daemons_end_leaves_an_attached_run_that_goes_on_with_the_next_daemon(string signal)
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"));
        Vm vm = Assert.Single(await _daemon.ListAsync());
        for (int round = 0; round < 2; round++)
        {
            _daemon.End(signal);
            Assert.False(pvctl.WaitForExit(300), "pvctl gives up");
            _daemon.Restart();
            Vm found = Assert.Single(await _daemon.ListAsync());
            Assert.Equal((vm.Id, vm.Pid, vm.Uid, vm.Started), (found.Id, found.Pid, found.Uid, found.Started));
        }

        // The console control event goes through the new daemon to the program, and its exit code back.
        await _daemon.AssertStateAsync(vm.Id, VmState.Running);
        await RetryAsync(() =>
        {
            TestDaemon.Signal(pvctl.Id, "INT");
            return pvctl.WaitForExit(700);
        });
        Assert.Equal(33, pvctl.ExitCode);
        await _daemon.AssertNoVmsAsync();
    }

    [Fact]
    public async Task A_run_whose_caller_does_not_come_back_is_stopped()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"), "ignore");
        Vm vm = Assert.Single(await _daemon.ListAsync());
        _daemon.End("KILL");
        pvctl.Kill();
        Assert.True(Directory.Exists($"/proc/{vm.Pid}"));
        _daemon.Restart();
        Assert.Equal(vm.Id, Assert.Single(await _daemon.ListAsync()).Id);
        await TestDaemon.AssertGoneAsync(vm.Pid, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task How_a_run_ended_without_a_daemon_is_told_by_the_next_one()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"), "seconds", "1");
        _daemon.End("KILL");
        await Task.Delay(1500);
        _daemon.Restart();
        Assert.True(pvctl.WaitForExit(15_000), "pvctl goes on");
        Assert.Equal(36, pvctl.ExitCode);
    }

    [Fact]
    public async Task Kill_9_of_daemon_and_vm_app_is_told()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"));
        Vm vm = Assert.Single(await _daemon.ListAsync());
        _daemon.End("KILL");
        TestDaemon.Signal(vm.Pid, "KILL");
        await TestDaemon.AssertGoneAsync(vm.Pid);
        _daemon.Restart();
        Assert.True(pvctl.WaitForExit(15_000), "pvctl goes on");
        Assert.Equal(125, pvctl.ExitCode);
        Assert.Contains("the VM-app ended while the daemon was not there", await pvctl.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_daemon_ends_its_vms_in_order()
    {
        using Process pvctl = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--daemon", ControlPrograms.Path("waiter"), "ignore");
        Vm vm = Assert.Single(await _daemon.ListAsync());
        Assert.Equal(0, _daemon.End("INT"));
        await TestDaemon.AssertGoneAsync(vm.Pid);
        Assert.True(pvctl.WaitForExit(15_000), "pvctl goes on");
        Assert.NotEqual(0, pvctl.ExitCode);
    }

    [Fact]
    public async Task Watchers_see_the_life_of_a_vm()
    {
        using GrpcChannel channel = _daemon.Connect();
        using AsyncServerStreamingCall<Event> watch = channel.ServerStreamingCall(
            DaemonMethods.WatchEvents, new WatchEventsRequest(), new CallOptions(TimeSpan.FromSeconds(30)));
        Task<bool> first = watch.ResponseStream.MoveNext(default);
        await _daemon.ListAsync();
        await Task.Delay(200);
        ProgramRun run = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "run", "--daemon", "--", ControlPrograms.Path("exitcode"), "7");
        Assert.True(run.ExitCode == 7, run.Describe());
        Assert.True(await first);
        List<Event> seen = [watch.ResponseStream.Current];
        while (seen[^1].EventCase != Event.EventOneofCase.VmEnded && await watch.ResponseStream.MoveNext(default))
        {
            seen.Add(watch.ResponseStream.Current);
        }

        Assert.Contains(seen, e => e.EventCase == Event.EventOneofCase.VmStarted);
        Assert.Equal([VmState.Starting, VmState.Running, VmState.Ended], seen.Where(e => e.StateChanged is not null).Select(e => e.StateChanged.State));
        Assert.Contains(seen, e => e.ProcessEnded?.ExitCode == 7);
        Assert.Equal(7, seen[^1].VmEnded.ExitCode);
        Assert.Single(seen.Select(e => e.VmId).Distinct());
    }

    private static async Task RetryAsync(Func<bool> attempt)
    {
        for (int i = 0; i < 10; i++)
        {
            if (attempt())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("nothing happens");
    }
}
