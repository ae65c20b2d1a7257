using System.Net.Sockets;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>The real daemon without programs that last: its methods, its socket, its refusals.</summary>
[Collection("daemon")]
public sealed class DaemonTests : IDisposable
{
    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Ps_and_info_answer_every_user()
    {
        ProgramRun ps = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "ps", "--json");
        Assert.True(ps.ExitCode == 0, ps.Describe());
        Assert.Equal("[]\n", ps.Output);
        ProgramRun info = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "info");
        Assert.True(info.ExitCode == 0, info.Describe());
        Assert.Contains("syscall lands at CPL", info.Output, StringComparison.Ordinal);
        Assert.Contains("through the daemon", info.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_knows_only_vms_that_exist()
    {
        ProgramRun stop = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "stop", "0123abcd");
        Assert.Equal(1, stop.ExitCode);
        Assert.Contains("there is no VM 0123abcd", stop.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manager_channel_is_not_for_users()
    {
        using GrpcChannel channel = _daemon.Connect();
        using AsyncDuplexStreamingCall<VmEvent, VmCommand> call = channel.DuplexStreamingCall(ManagerMethods.Attach, default);
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
    }

    [Fact]
    public async Task Runs_that_make_no_sense_are_refused()
    {
        CallerDescriptors descriptors = new() { StdIn = 0, StdOut = 1, StdErr = 2, WorkingFolder = 100_000 };
        LaunchOptions options = new() { ProgramPath = "x.exe", WorkingFolder = "/" };
        await AssertRefusedAsync(new RunProgramRequest(), StatusCode.InvalidArgument);
        await AssertRefusedAsync(new RunProgramRequest { ConsoleControl = ConsoleControl.C }, StatusCode.InvalidArgument);
        await AssertRefusedAsync(new RunProgramRequest { Start = new RunStart() }, StatusCode.InvalidArgument);
        await AssertRefusedAsync(new RunProgramRequest { Start = new RunStart { Options = options } }, StatusCode.InvalidArgument);
        await AssertRefusedAsync(
            new RunProgramRequest { Start = new RunStart { Options = new LaunchOptions(), Descriptors = descriptors } }, StatusCode.InvalidArgument);
        await AssertRefusedAsync(new RunProgramRequest { Start = new RunStart { Options = options, Descriptors = descriptors } }, StatusCode.InvalidArgument);
        Assert.Empty(await _daemon.ListAsync());
    }

    [Fact]
    public async Task A_killed_daemon_leaves_nothing_that_the_next_one_trips_over()
    {
        _daemon.End("KILL");
        Assert.True(File.Exists(_daemon.SocketPath));
        ProgramRun ps = await _daemon.RunAsync(0, null, "ps");
        Assert.Equal(1, ps.ExitCode);
        Assert.Contains("nobody listens", ps.Error, StringComparison.Ordinal);
        _daemon.Restart();
        Assert.Empty(await _daemon.ListAsync());
    }

    [Fact]
    public async Task Only_one_daemon_serves_a_socket()
    {
        ProgramRun second = await ProgramRunner.RunAsync(
            [Path.Combine(TestDaemon.Programs, "portablevirtd"), "--socket", _daemon.SocketPath, "--state", _daemon.StatePath + "2"], _daemon.Folder);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("another process serves", second.Error, StringComparison.Ordinal);
        Assert.Empty(await _daemon.ListAsync());
    }

    [Fact]
    public async Task Only_one_daemon_has_a_registry()
    {
        ProgramRun second = await ProgramRunner.RunAsync(
            [Path.Combine(TestDaemon.Programs, "portablevirtd"), "--socket", Path.Combine(_daemon.Folder, "other", "d.sock"), "--state", _daemon.StatePath], _daemon.Folder);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("the state folder " + _daemon.StatePath + " cannot be taken", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminated_daemon_leaves_no_files()
    {
        Assert.Equal(0, _daemon.End("TERM"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(_daemon.SocketPath)!));
    }

    [Fact]
    public async Task Connections_come_and_go_without_leaving_descriptors()
    {
        int before = OpenDescriptors();
        for (int round = 0; round < 3; round++)
        {
            List<Socket> sockets = [];
            for (int i = 0; i < 100; i++)
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_daemon.SocketPath));
                sockets.Add(socket);
            }

            sockets.ForEach(s => s.Dispose());
            Assert.Empty(await _daemon.ListAsync());
        }

        for (int i = 0; i < 100 && OpenDescriptors() > before + 5; i++)
        {
            await Task.Delay(50);
        }

        Assert.InRange(OpenDescriptors(), 1, before + 5);
    }

    private int OpenDescriptors() => Directory.GetFileSystemEntries($"/proc/{_daemon.ProcessId}/fd").Length;

    private async Task AssertRefusedAsync(RunProgramRequest request, StatusCode expected)
    {
        using GrpcChannel channel = _daemon.Connect();
        using AsyncDuplexStreamingCall<RunProgramRequest, RunProgramResponse> call = channel.DuplexStreamingCall(DaemonMethods.RunProgram, default);
        await call.RequestStream.WriteAsync(request, default);
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(expected, e.StatusCode);
    }
}
