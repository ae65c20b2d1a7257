using System.Diagnostics;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>The agent, as an ordinary user's process in front of the real daemon.</summary>
[Collection("daemon")]
public sealed class AgentTests : IDisposable
{
    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Launches_go_through_the_daemon()
    {
        string socket = Path.Combine(_daemon.Folder, "agent", "agent.sock");
        ProcessStartInfo start = new(Path.Combine(TestDaemon.Programs, "portablevirt-agent"), ["--socket", socket]);
        start.Environment["PORTABLEVIRT_SOCKET"] = _daemon.SocketPath;
        // It registers .exe files for its user.
        start.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(_daemon.Folder, "home")).FullName;
        start.Environment.Remove("XDG_DATA_HOME");
        start.Environment.Remove("XDG_CONFIG_HOME");
        using Process agent = Process.Start(start)!;
        try
        {
            using GrpcChannel channel = GrpcChannel.ForPath(socket);
            LaunchOptions options = new() { ProgramPath = Path.Combine(_daemon.Folder, "missing.exe"), WorkingFolder = _daemon.Folder };
            LaunchResponse response = await LaunchAsync(channel, options);
            Assert.Equal(127, response.Exit.ExitCode);
            Assert.Contains("missing.exe", response.Exit.Failure, StringComparison.Ordinal);
            GetAgentInfoResponse info = await channel.UnaryCallAsync(AgentMethods.GetAgentInfo, new GetAgentInfoRequest(), new CallOptions(TimeSpan.FromSeconds(30)));
            Assert.Equal(agent.Id, info.AgentPid);
            OpenRequest open = new() { Path = "missing.exe", WorkingFolder = _daemon.Folder };
            open.Environment["DISPLAY"] = "";
            OpenResponse opened = await channel.UnaryCallAsync(AgentMethods.Open, open, new CallOptions(TimeSpan.FromSeconds(30)));
            Assert.Equal(127, opened.ExitCode);
            Assert.Contains("missing.exe", opened.Failure, StringComparison.Ordinal);
        }
        finally
        {
            TestDaemon.Signal(agent.Id, "TERM");
            Assert.True(agent.WaitForExit(10_000));
        }

        Assert.False(File.Exists(socket));
    }

    private static async Task<LaunchResponse> LaunchAsync(GrpcChannel channel, LaunchOptions options)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await channel.UnaryCallAsync(
                    AgentMethods.Launch, new LaunchRequest { Options = options }, new CallOptions(TimeSpan.FromSeconds(30)));
            }
            catch (GrpcException e) when (e.StatusCode == StatusCode.Unavailable && watch.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(50);
            }
        }
    }
}
