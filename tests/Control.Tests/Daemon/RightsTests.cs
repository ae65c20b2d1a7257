using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>Two ordinary users and root at once: nobody sees or touches another's VMs by any method that names one, and foreign ids are answered
/// exactly as unknown ones.</summary>
[Collection("daemon")]
public sealed class RightsTests : IDisposable
{
    /// <summary>"nobody" and an id that no account has; the kernel's credentials are all that counts.</summary>
    private static readonly uint[] Users = [TestDaemon.OrdinaryUser, 61_234];

    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    /// <summary>Every method whose request names a VM, with a request for one.</summary>
    private static readonly Dictionary<string, Func<GrpcChannel, string, Task>> ByVm = new(StringComparer.Ordinal)
    {
        [DaemonMethods.AttachVm.Name] = async (channel, id) =>
        {
            using AsyncDuplexStreamingCall<AttachVmRequest, RunProgramResponse> call = channel.DuplexStreamingCall(DaemonMethods.AttachVm, Limit);
            await call.RequestStream.WriteAsync(new AttachVmRequest { VmId = id }, default);
            await call.ResponseStream.MoveNext(default);
        },
        [DaemonMethods.InspectVm.Name] = (channel, id) => channel.UnaryCallAsync(DaemonMethods.InspectVm, new InspectVmRequest { VmId = id }, Limit),
        [DaemonMethods.StopVm.Name] = (channel, id) => channel.UnaryCallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = id }, Limit),
        [DaemonMethods.PauseVm.Name] = (channel, id) => channel.UnaryCallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = id }, Limit),
        [DaemonMethods.ResumeVm.Name] = (channel, id) => channel.UnaryCallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = id }, Limit),
        [DaemonMethods.RestartVm.Name] = (channel, id) => channel.UnaryCallAsync(DaemonMethods.RestartVm, new RestartVmRequest { VmId = id }, Limit),
        [DaemonMethods.RemoveVm.Name] = (channel, id) => channel.UnaryCallAsync(DaemonMethods.RemoveVm, new RemoveVmRequest { VmId = id }, Limit),
        [DaemonMethods.ReadLogs.Name] = (channel, id) => FirstAsync(channel, DaemonMethods.ReadLogs, new ReadLogsRequest { VmId = id }),
        [DaemonMethods.GetStats.Name] = (channel, id) => FirstAsync(channel, DaemonMethods.GetStats, new GetStatsRequest { VmIds = { id } }),
        [DaemonMethods.WatchEvents.Name] = (channel, id) => FirstAsync(channel, DaemonMethods.WatchEvents, new WatchEventsRequest { VmId = id }),
    };

    private static CallOptions Limit => new(TimeSpan.FromSeconds(20));

    [Fact]
    public void The_table_has_every_method_that_names_a_vm()
    {
        string[] naming = [.. DaemonReflection.Descriptor.Services.Single().Methods
            .Where(m => m.InputType.Fields.InDeclarationOrder().Any(f => f.Name is "vm_id" or "vm_ids"))
            .Select(m => m.Name)];
        Assert.Equal(naming.Order(), ByVm.Keys.Order());
        Assert.All(naming, name => Assert.NotNull(VmStates.Of(name)));
    }

    [Fact]
    public async Task Nobody_sees_or_touches_anothers_vms_by_any_method()
    {
        using DaemonClient root = new(_daemon);
        Vm roots = await root.StartWaiterAsync(r => r.Name = "roots");
        using Process first = await _daemon.StartReadyAsync(Users[0], "--daemon", ControlPrograms.Path("waiter"));
        using Process second = await _daemon.StartReadyAsync(Users[1], "--daemon", ControlPrograms.Path("waiter"));
        Dictionary<uint, Vm> vms = (await _daemon.ListAsync()).ToDictionary(v => v.Uid);
        Assert.Equal(3, vms.Count);
        foreach (uint user in Users)
        {
            using GrpcChannel channel = GrpcChannel.ForSocket(TestNative.ConnectAs(user, _daemon.SocketPath));
            ListVmsResponse list = await channel.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest { All = true }, Limit);
            Assert.Equal(vms[user].Id, Assert.Single(list.Vms).Id);
            foreach (Vm foreign in vms.Values.Where(v => v.Uid != user))
            {
                foreach ((string method, Func<GrpcChannel, string, Task> call) in ByVm)
                {
                    await AssertUnknownAsync(method, () => call(channel, foreign.Id), foreign.Id);
                    await AssertUnknownAsync(method, () => call(channel, "ffffffff"), "ffffffff");
                    await AssertUnknownAsync(method, () => call(channel, "roots"), "roots");
                }
            }

            InspectVmResponse own = await channel.UnaryCallAsync(DaemonMethods.InspectVm, new InspectVmRequest { VmId = vms[user].Id }, Limit);
            Assert.Equal(VmState.Running, own.Vm.State);
        }

        // Nothing of it had an effect, and the refused calls that would have changed something are in the audit log.
        Assert.All(await _daemon.ListAsync(), v => Assert.Equal((VmState.Running, vms[v.Uid].Pid), (v.State, v.Pid)));
        Assert.Contains(_daemon.Log, l => l.Contains($"audit: StopVm by user {Users[1]}", StringComparison.Ordinal) && l.Contains("NotFound", StringComparison.Ordinal));
        foreach (Vm vm in vms.Values)
        {
            await root.CallAsync(DaemonMethods.StopVm, new StopVmRequest { VmId = vm.Id });
        }

        Assert.Equal(roots.Id, vms[0].Id);
    }

    [Fact]
    public async Task Events_of_another_user_are_not_told()
    {
        using GrpcChannel channel = GrpcChannel.ForSocket(TestNative.ConnectAs(Users[1], _daemon.SocketPath));
        using AsyncServerStreamingCall<Event> watch = channel.ServerStreamingCall(DaemonMethods.WatchEvents, new WatchEventsRequest(), Limit);
        Task<bool> next = watch.ResponseStream.MoveNext(default);
        await _daemon.RunAsync(Users[0], null, "run", "--daemon", "--", ControlPrograms.Path("exitcode"), "7");
        using Process own = await _daemon.StartReadyAsync(Users[1], "--daemon", ControlPrograms.Path("waiter"));
        Assert.True(await next);
        Vm vm = Assert.Single(await _daemon.ListAsync());
        Assert.Equal(vm.Id, watch.ResponseStream.Current.VmId);
        TestDaemon.Signal(own.Id, "KILL");
        await TestDaemon.AssertGoneAsync(vm.Pid);
    }

    [Fact]
    public async Task Descriptors_are_taken_from_processes_with_the_callers_ids_only()
    {
        // This process is root and only its connection is the user's, as that of a program which gained rights after it connected.
        using GrpcChannel channel = GrpcChannel.ForSocket(TestNative.ConnectAs(Users[0], _daemon.SocketPath));
        LaunchOptions options = new() { ProgramPath = "x.exe", WorkingFolder = "/" };
        await AssertRefusedAsync(channel, DaemonMethods.StartVm, new StartVmRequest { Options = options });
        await AssertRefusedAsync(channel, DaemonMethods.RegisterPackage, new RegisterPackageRequest());
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryCallAsync(
            DaemonMethods.RegisterPackage, new RegisterPackageRequest { ForAll = true }, Limit));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
    }

    private static async Task AssertRefusedAsync<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryCallAsync(method, request, Limit));
        Assert.True(e.StatusCode == StatusCode.FailedPrecondition && e.Detail.Contains("other rights", StringComparison.Ordinal), $"{method.Name}: {e.StatusCode} {e.Detail}");
    }

    private static async Task AssertUnknownAsync(string method, Func<Task> call, string id)
    {
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(call);
        Assert.True(
            e.StatusCode == StatusCode.NotFound && e.Detail == string.Create(CultureInfo.InvariantCulture, $"there is no VM {id}"), $"{method}: {e.StatusCode} {e.Detail}");
    }

    private static async Task FirstAsync<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using AsyncServerStreamingCall<TResponse> call = channel.ServerStreamingCall(method, request, Limit);
        await call.ResponseStream.MoveNext(default);
    }
}
