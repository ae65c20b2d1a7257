using System.Diagnostics;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>VMs that run without a caller: their whole life, over restarts of the daemon.</summary>
[Collection("daemon")]
public sealed class DetachedVmTests : IDisposable
{
    private readonly TestDaemon _daemon = new();
    private readonly DaemonClient _client;

    public DetachedVmTests() => _client = new DaemonClient(_daemon);

    public void Dispose()
    {
        _client.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task It_runs_pauses_goes_on_and_stops_and_is_known_afterwards()
    {
        Vm vm = await _client.StartWaiterAsync(r => r.Name = "first");
        Assert.Equal((VmOrigin.Detached, "first"), (vm.Origin, vm.Name));
        await _client.CallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = "first" });
        Assert.Equal(VmState.Paused, (await _client.InspectAsync(vm.Id)).Vm.State);
        await _client.CallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = vm.Id[..7] });
        StopVmResponse stop = await _client.CallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id, GraceMilliseconds = 10_000 });
        Assert.False(stop.Forced);
        Assert.Contains("control 2", await _client.LogAsync(vm.Id), StringComparison.Ordinal);

        InspectVmResponse ended = await _client.InspectAsync("first");
        Assert.Equal(
            [VmState.Starting, VmState.Running, VmState.Paused, VmState.Running, VmState.Stopping, VmState.Ended], ended.States.Select(s => s.State));
        ExitRecord record = Assert.Single(ended.Exits);
        Assert.Equal((35, vm.Pid, true, 0), (record.Exit.ExitCode, record.Pid, record.Stopped, record.Signal));
        Assert.Empty(await _daemon.ListAsync());
        await _client.AssertRefusedAsync(DaemonMethods.StartVm, new StartVmRequest(), StatusCode.InvalidArgument);

        await _client.CallAsync(DaemonMethods.RemoveVm, new RemoveVmRequest { VmId = "first" });
        await _client.AssertRefusedAsync(DaemonMethods.InspectVm, new InspectVmRequest { VmId = vm.Id }, StatusCode.NotFound);
        Assert.False(File.Exists(ended.LogPath));
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task It_outlives_the_daemon_paused_or_not(string signal)
    {
        Vm running = await _client.StartWaiterAsync();
        Vm paused = await _client.StartWaiterAsync();
        await _client.CallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = paused.Id });
        _daemon.End(signal);
        _daemon.Restart();
        _client.Reconnect();
        Assert.Equal([running.Pid, paused.Pid], (await _daemon.ListAsync()).Select(v => v.Pid));
        await _daemon.AssertStateAsync(running.Id, VmState.Running);
        await _daemon.AssertStateAsync(paused.Id, VmState.Paused);
        await _client.CallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = paused.Id });
        foreach (Vm vm in (Vm[])[running, paused])
        {
            await _client.CallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id, GraceMilliseconds = 10_000 });
            Assert.Equal(35, (await _client.InspectAsync(vm.Id)).Vm.Exit.ExitCode);
        }
    }

    [Fact]
    public async Task A_failing_program_is_restarted_as_its_policy_says_and_no_more()
    {
        RestartPolicy policy = new() { Mode = RestartMode.OnFailure, MaxRestarts = 2, DelayMilliseconds = 100 };
        Vm vm = await _client.StartAsync("exitcode", ["3"], r => r.Restart = policy);
        for (int i = 0; i < 500 && (await _client.InspectAsync(vm.Id)).Exits.Count < 3; i++)
        {
            await Task.Delay(20);
        }

        await _daemon.AssertStateAsync(vm.Id, VmState.Ended);
        InspectVmResponse ended = await _client.InspectAsync(vm.Id);
        Assert.Equal([3, 3, 3], ended.Exits.Select(e => e.Exit.ExitCode));
        Assert.Equal(2u, ended.Vm.Restarts);
        Assert.Equal(2, ended.States.Count(s => s.State == VmState.Restarting));
    }

    [Fact]
    public async Task A_restart_that_is_due_when_the_daemon_is_killed_is_made_by_the_next_one()
    {
        RestartPolicy policy = new() { Mode = RestartMode.Always, DelayMilliseconds = 60_000 };
        Vm vm = await _client.StartAsync("exitcode", ["0"], r => r.Restart = policy);
        await _daemon.AssertStateAsync(vm.Id, VmState.Restarting);
        _daemon.End("KILL");
        _daemon.Restart();
        _client.Reconnect();
        for (int i = 0; i < 500 && (await _client.InspectAsync(vm.Id)).Exits.Count < 2; i++)
        {
            await Task.Delay(20);
        }

        await _daemon.AssertStateAsync(vm.Id, VmState.Restarting);
        await _client.CallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id });
        Assert.Equal(VmState.Ended, (await _client.InspectAsync(vm.Id)).Vm.State);
    }

    [Fact]
    public async Task A_killed_vm_app_is_restarted_and_a_restart_by_hand_works_in_every_state_that_allows_it()
    {
        RestartPolicy policy = new() { Mode = RestartMode.OnFailure, DelayMilliseconds = 100 };
        Vm vm = await _client.StartWaiterAsync(r => r.Restart = policy);
        TestDaemon.Signal(vm.Pid, "KILL");
        InspectVmResponse again = await _client.InspectAsync(vm.Id);
        for (int i = 0; i < 500 && (again.Exits.Count == 0 || again.Vm.State != VmState.Running); i++)
        {
            await Task.Delay(20);
            again = await _client.InspectAsync(vm.Id);
        }

        Assert.NotEqual(vm.Pid, again.Vm.Pid);
        Assert.Equal(9, Assert.Single(again.Exits).Signal);

        Vm restarted = (await _client.CallAsync(DaemonMethods.RestartVm, new RestartVmRequest { VmId = vm.Id })).Vm;
        Assert.NotEqual(again.Vm.Pid, restarted.Pid);
        await _daemon.AssertStateAsync(vm.Id, VmState.Running);
        await _client.CallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id });
        restarted = (await _client.CallAsync(DaemonMethods.RestartVm, new RestartVmRequest { VmId = vm.Id })).Vm;
        await _daemon.AssertStateAsync(vm.Id, VmState.Running);
        Assert.Equal(3, (await _client.InspectAsync(vm.Id)).Exits.Count);
    }

    [Fact]
    public async Task Methods_are_refused_by_name_in_states_that_they_are_not_for()
    {
        Vm vm = await _client.StartWaiterAsync(null, "ignore");
        await AssertLegalAsync(vm, VmState.Running);
        await _client.CallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = vm.Id });
        await AssertLegalAsync(vm, VmState.Paused);
        GrpcException e = await _client.AssertRefusedAsync(DaemonMethods.RestartVm, new RestartVmRequest { VmId = vm.Id }, StatusCode.FailedPrecondition);
        Assert.Equal($"VM {vm.Id} is paused; resume it first", e.Detail);
        await _client.CallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = vm.Id });
        Task<StopVmResponse> stop = _client.CallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id, GraceMilliseconds = 1500 });
        await _daemon.AssertStateAsync(vm.Id, VmState.Stopping);
        await AssertLegalAsync(vm, VmState.Stopping);
        Assert.True((await stop).Forced);
        await AssertLegalAsync(vm, VmState.Ended);
    }

    [Fact]
    public async Task Logs_are_followed_to_the_end()
    {
        Vm vm = await _client.StartWaiterAsync(null, "seconds", "1");
        using AsyncServerStreamingCall<LogChunk> call = _client.Channel.ServerStreamingCall(
            DaemonMethods.ReadLogs, new ReadLogsRequest { VmId = vm.Id, Follow = true }, new CallOptions(TimeSpan.FromSeconds(30)));
        Stopwatch watch = Stopwatch.StartNew();
        string log = "";
        while (await call.ResponseStream.MoveNext(default))
        {
            Assert.Equal((ulong)log.Length, call.ResponseStream.Current.Offset);
            log += call.ResponseStream.Current.Data.ToStringUtf8();
        }

        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(0.3), "the end of the log came before the VM's");
        Assert.Equal("READY", log.Trim());
        Assert.Equal(36, (await _client.InspectAsync(vm.Id)).Vm.Exit.ExitCode);
    }

    [Fact]
    public async Task Statistics_tell_time_memory_and_threads()
    {
        Vm vm = await _client.StartWaiterAsync();
        using AsyncServerStreamingCall<StatsSample> call = _client.Channel.ServerStreamingCall(
            DaemonMethods.GetStats, new GetStatsRequest { IntervalMilliseconds = 100 }, new CallOptions(TimeSpan.FromSeconds(30)));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(default));
            VmStats stats = Assert.Single(call.ResponseStream.Current.Vms);
            Assert.Equal(vm.Id, stats.VmId);
            Assert.InRange(stats.CpuNanoseconds, 1_000_000ul, 60_000_000_000ul);
            Assert.InRange(stats.MemoryBytes, 1ul << 20, 1ul << 30);
            Assert.InRange(stats.Threads, 2u, 200u);
        }
    }

    [Fact]
    public async Task Names_are_taken_once_and_limits_that_cannot_be_held_are_refused_by_name()
    {
        await _client.StartWaiterAsync(r => r.Name = "one");
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => _client.StartWaiterAsync(r => r.Name = "one"));
        Assert.Equal(StatusCode.AlreadyExists, e.StatusCode);
        e = await Assert.ThrowsAsync<GrpcException>(() => _client.StartWaiterAsync(r => r.Limits = new VmLimits { MemoryBytes = 1 << 30 }));
        Assert.Equal(StatusCode.FailedPrecondition, e.StatusCode);
        Assert.Contains("the limit of memory cannot be held on this host", e.Detail, StringComparison.Ordinal);
        Assert.Single(await _daemon.ListAsync());
    }

    /// <summary>All methods about a VM that have no effect in states that they are not for.</summary>
    private async Task AssertLegalAsync(Vm vm, VmState state)
    {
        (Method Method, Func<Task> Call)[] calls =
        [
            (DaemonMethods.PauseVm, () => _client.CallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = vm.Id })),
            (DaemonMethods.ResumeVm, () => _client.CallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = vm.Id })),
            (DaemonMethods.RemoveVm, () => _client.CallAsync(DaemonMethods.RemoveVm, new RemoveVmRequest { VmId = vm.Id })),
            (DaemonMethods.RestartVm, () => _client.CallAsync(DaemonMethods.RestartVm, new RestartVmRequest { VmId = vm.Id })),
            (DaemonMethods.StopVm, () => _client.CallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id })),
        ];
        foreach ((Method method, Func<Task> call) in calls)
        {
            if (VmStates.Of(method.Name)!.Contains(state))
            {
                continue;
            }

            GrpcException e = await Assert.ThrowsAsync<GrpcException>(call);
            Assert.True(e.StatusCode == StatusCode.FailedPrecondition, $"{method.Name} in {state}: {e.StatusCode} {e.Detail}");
            Assert.StartsWith($"VM {vm.Id} ", e.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(state, (await _client.InspectAsync(vm.Id)).Vm.State);
    }
}
