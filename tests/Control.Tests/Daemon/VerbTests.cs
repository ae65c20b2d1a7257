using System.Text.Json;
using PortableVirt.Protocol.V1;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>pvctl's verbs for VMs, with the real daemon, as an ordinary user.</summary>
[Collection("daemon")]
public sealed class VerbTests : IDisposable
{
    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task A_vm_is_started_watched_paused_restarted_and_stopped_by_its_name()
    {
        string id = (await RequireAsync(0, "start", "--name", "web", ControlPrograms.Path("waiter"))).Trim();
        await _daemon.AssertStateAsync(id, VmState.Running);
        RequireExample("list", await RequireAsync(0, "list", "--json"));
        RequireExample("list", await RequireAsync(0, "ps", "--json"));
        RequireExample("inspect", await RequireAsync(0, "inspect", "--json", "web"));
        RequireExample("stats", await RequireAsync(0, "stats", "--json", "web"));
        RequireExample("top", await RequireAsync(0, "top", "--json"));
        Assert.Contains(id, await RequireAsync(0, "top"), StringComparison.Ordinal);
        Assert.Contains("state", await RequireAsync(0, "inspect", id[..6]), StringComparison.Ordinal);
        await RetryAsync(async () => (await RequireAsync(0, "logs", "web")).Trim() == "READY");
        string piece = await RequireAsync(0, "logs", "--json", "--tail", "3", "web");
        RequireExample("logs", piece);
        Assert.Equal("Y\r\n", System.Text.Encoding.ASCII.GetString(JsonDocument.Parse(piece).RootElement.GetProperty("data").GetBytesFromBase64()));

        RequireExample("pause", await RequireAsync(0, "pause", "--json", "web"));
        Assert.Contains("paused", await RequireAsync(0, "list"), StringComparison.Ordinal);
        Assert.Contains("paused already", await RequireErrorAsync(1, "pause", "web"), StringComparison.Ordinal);
        RequireExample("resume", await RequireAsync(0, "resume", "--json", "web"));
        RequireExample("restart", await RequireAsync(0, "restart", "--force", "--json", "web"));
        await _daemon.AssertStateAsync(id, VmState.Running);
        RequireExample("stop", await RequireAsync(1, "stop", "--force", "--json", "web", "nothing"));
        Assert.DoesNotContain(id, await RequireAsync(0, "list"), StringComparison.Ordinal);
        Assert.Contains("ended", await RequireAsync(0, "list", "--all"), StringComparison.Ordinal);
        await RequireAsync(0, "remove", "--vm", "web");
        Assert.DoesNotContain(id, await RequireAsync(0, "list", "--all"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_told_as_they_come()
    {
        IReadOnlyList<string> command = TestDaemon.Pvctl(TestDaemon.OrdinaryUser, "events", "--json");
        System.Diagnostics.ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardOutput = true, WorkingDirectory = _daemon.Folder };
        start.Environment["PORTABLEVIRT_SOCKET"] = _daemon.SocketPath;
        using System.Diagnostics.Process events = System.Diagnostics.Process.Start(start)!;
        try
        {
            // What happened before it listens is not told: runs are started until one is.
            Task<string?> first = events.StandardOutput.ReadLineAsync();
            for (int i = 0; i < 20 && !first.IsCompleted; i++)
            {
                await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, "run", ControlPrograms.Path("waiter"), "seconds", "0");
            }
            List<string> kinds = [];
            Task<string?> next = first;
            while (!kinds.Contains("ended"))
            {
                string line = await next.WaitAsync(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException($"the events end after {string.Join(", ", kinds)}");
                kinds.Add(JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!);
                next = events.StandardOutput.ReadLineAsync();
            }
            Assert.Contains("state", kinds);
        }
        finally
        {
            TestDaemon.Signal(events.Id, "TERM");
            Assert.True(events.WaitForExit(10_000));
        }
    }

    [Fact]
    public async Task Names_and_limits_reach_the_daemon_from_run_too()
    {
        string error = await RequireErrorAsync(125, "run", "--name", "1 bad", ControlPrograms.Path("waiter"), "seconds", "0");
        Assert.Contains("name", error, StringComparison.Ordinal);
        Assert.Contains("--embedded", await RequireErrorAsync(125, "run", "--embedded", "--memory", "64M", ControlPrograms.Path("waiter")), StringComparison.Ordinal);
        using System.Diagnostics.Process run = await _daemon.StartReadyAsync(TestDaemon.OrdinaryUser, "--name=web", ControlPrograms.Path("waiter"));
        Assert.Contains("web", await RequireAsync(0, "inspect", "web"), StringComparison.Ordinal);
        await RequireAsync(0, "stop", "web");
        Assert.True(run.WaitForExit(10_000));
    }

    [Fact]
    public async Task A_package_is_registered_run_by_its_name_and_taken_out()
    {
        string app = Path.Combine(_daemon.Folder, "app");
        ProgramRun pack = await _daemon.RunAsync(0, null, "pack", "--output", app, ControlPrograms.Path("waiter"));
        Assert.True(pack.ExitCode == 0, pack.Describe());
        RequireExample("register", await RequireAsync(0, "register", "--json", "--name", "wait", app));
        JsonExamples.Require("packages", "### With --registered\n", await RequireAsync(0, "packages", "--registered", "--json"));
        Assert.Contains("wait", await RequireAsync(0, "packages", "--registered"), StringComparison.Ordinal);
        JsonExamples.Require("inspect", "### With a registered package\n", await RequireAsync(0, "inspect", "--json", "wait"));
        Assert.Contains("READY", await RequireAsync(36, "run", "wait", "seconds", "0"), StringComparison.Ordinal);
        string id = (await RequireAsync(0, "start", "wait", "seconds", "0")).Trim();
        await RetryAsync(async () => (await RequireAsync(0, "logs", id)).Contains("READY", StringComparison.Ordinal));
        Assert.Contains("pvctl register", await RequireErrorAsync(126, "start", app), StringComparison.Ordinal);
        RequireExample("unregister", await RequireAsync(0, "unregister", "--json", "wait"));
        Assert.Contains("neither a VM nor a registered package", await RequireErrorAsync(1, "inspect", "wait"), StringComparison.Ordinal);
    }

    private static void RequireExample(string verb, string json) => JsonExamples.Require(verb, "", json);

    private async Task<string> RequireAsync(int code, params string[] arguments)
    {
        ProgramRun run = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, arguments);
        Assert.True(run.ExitCode == code, run.Describe());
        return run.Output;
    }

    private async Task<string> RequireErrorAsync(int code, params string[] arguments)
    {
        ProgramRun run = await _daemon.RunAsync(TestDaemon.OrdinaryUser, null, arguments);
        Assert.True(run.ExitCode == code && run.Error.StartsWith("pvctl: ", StringComparison.Ordinal), run.Describe());
        return run.Error;
    }

    private static async Task RetryAsync(Func<Task<bool>> attempt)
    {
        for (int i = 0; i < 100; i++)
        {
            if (await attempt())
            {
                return;
            }
            await Task.Delay(50);
        }
        Assert.Fail("it does not happen");
    }
}
