using Microsoft.Win32.SafeHandles;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>Calls of this process, which is root, with its own descriptors.</summary>
internal sealed class DaemonClient(TestDaemon daemon) : IDisposable
{
    private static readonly CallOptions Limit = new(TimeSpan.FromSeconds(30));
    private GrpcChannel _channel = daemon.Connect();

    /// <summary>Connects again, after the daemon was restarted.</summary>
    public void Reconnect()
    {
        _channel.Dispose();
        _channel = daemon.Connect();
    }

    public GrpcChannel Channel => _channel;

    public void Dispose() => _channel.Dispose();

    public Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse> => _channel.UnaryCallAsync(method, request, Limit);

    /// <summary>Starts a detached VM and waits until it runs.</summary>
    public async Task<Vm> StartAsync(string program, IEnumerable<string> arguments, Action<StartVmRequest>? change = null)
    {
        using SafeFileHandle folder = TestNative.OpenFolder(daemon.Folder);
        StartVmRequest request = new()
        {
            Options = new LaunchOptions { ProgramPath = ControlPrograms.Path(program), WorkingFolder = daemon.Folder },
            WorkingFolder = (int)folder.DangerousGetHandle(),
        };
        request.Options.Arguments.AddRange(arguments);
        change?.Invoke(request);
        return (await CallAsync(DaemonMethods.StartVm, request)).Vm;
    }

    /// <summary>Starts waiter.exe and waits until it has printed READY to its log.</summary>
    public async Task<Vm> StartWaiterAsync(Action<StartVmRequest>? change = null, params string[] arguments)
    {
        Vm vm = await StartAsync("waiter", arguments, change);
        await AssertLogAsync(vm.Id, "READY");
        return vm;
    }

    public async Task<InspectVmResponse> InspectAsync(string vmId) => await CallAsync(DaemonMethods.InspectVm, new InspectVmRequest { VmId = vmId });

    public async Task<string> LogAsync(string vmId)
    {
        using AsyncServerStreamingCall<LogChunk> call = _channel.ServerStreamingCall(DaemonMethods.ReadLogs, new ReadLogsRequest { VmId = vmId }, Limit);
        string log = "";
        while (await call.ResponseStream.MoveNext(default))
        {
            log += call.ResponseStream.Current.Data.ToStringUtf8();
        }

        return log;
    }

    /// <summary>Waits until a log holds a text.</summary>
    public async Task AssertLogAsync(string vmId, string text)
    {
        string log = "";
        for (int i = 0; i < 500 && !log.Contains(text, StringComparison.Ordinal); i++)
        {
            await Task.Delay(i == 0 ? 0 : 20);
            log = await LogAsync(vmId);
        }

        Assert.Contains(text, log, StringComparison.Ordinal);
    }

    /// <summary>A call that is refused.</summary>
    public async Task<GrpcException> AssertRefusedAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, StatusCode expected)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse>
    {
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => CallAsync(method, request));
        Assert.True(e.StatusCode == expected, $"{method.Name}: {e.StatusCode}: {e.Detail}");
        return e;
    }
}
