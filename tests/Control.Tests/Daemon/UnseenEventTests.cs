using System.Diagnostics;
using System.Text.Json;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>What a registered package lacks is an event of the daemon, which names the command that adds it.</summary>
[Collection("daemon")]
public sealed class UnseenEventTests : IDisposable
{
    private const int ModuleNotFound = 126;
    private const string Library = "mscms.dll";
    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task What_a_package_lacks_is_told_with_the_command_that_adds_it()
    {
        string program = ControlPrograms.Path("library");
        string app = Path.Combine(_daemon.Folder, "the app");
        await RequireAsync(0, "pack", "--output", app, program);
        await RequireAsync(0, "register", "--name", "lib", app);
        using Process events = StartEvents();
        try
        {
            // What happened before it listens is not told: runs are started until one is. Each run tells its own.
            Task<string?> line = events.StandardOutput.ReadLineAsync();
            ProgramRun run = await RunAsync("run", "lib", Library);
            for (int i = 0; i < 20 && !line.IsCompleted; i++)
            {
                run = await RunAsync("run", "lib", Library);
            }
            Assert.Equal(ModuleNotFound, run.ExitCode);
            Assert.Contains($"pvctl: library {Library} is not in the package", run.Error, StringComparison.Ordinal);
            JsonElement item = await NextUnseenAsync(events, line);
            Assert.Equal(("library", Library, false), (item.GetProperty("kind").GetString(), item.GetProperty("name").GetString(), item.GetProperty("given").GetBoolean()));
            Assert.Contains("denied", item.GetProperty("text").GetString(), StringComparison.Ordinal);

            string better = Path.Combine(_daemon.Folder, "better app");
            string command = item.GetProperty("command").GetString()!;
            Assert.StartsWith("pvctl pack PROGRAM.exe --learn ", command, StringComparison.Ordinal);
            command = command.Replace("pvctl", "\"$1\"", StringComparison.Ordinal).Replace("PROGRAM.exe", "\"$2\"", StringComparison.Ordinal).Replace("NEW", "\"$3\"", StringComparison.Ordinal);
            await RequireAsync(["sh", "-c", command, "sh", PortableVirtCommand.Pvctl, program, better]);
            await RequireAsync(0, "register", "--name", "better", better);
            await RequireAsync(0, "run", "better", Library);
        }
        finally
        {
            TestDaemon.Signal(events.Id, "TERM");
            Assert.True(events.WaitForExit(10_000));
        }
    }

    private static async Task<JsonElement> NextUnseenAsync(Process events, Task<string?> line)
    {
        while (true)
        {
            string text = await line.WaitAsync(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException("the events end");
            JsonElement item = JsonDocument.Parse(text).RootElement;
            if (item.GetProperty("event").GetString() == "unseen")
            {
                return item;
            }
            line = events.StandardOutput.ReadLineAsync();
        }
    }

    private Process StartEvents()
    {
        ProcessStartInfo start = new(PortableVirtCommand.Pvctl, ["events", "--json"]) { RedirectStandardOutput = true, WorkingDirectory = _daemon.Folder };
        start.Environment["PORTABLEVIRT_SOCKET"] = _daemon.SocketPath;
        return Process.Start(start)!;
    }

    private Task<ProgramRun> RunAsync(params string[] arguments) => RunCommandAsync([.. TestDaemon.Pvctl(0, arguments)]);

    private async Task RequireAsync(int code, params string[] arguments)
    {
        ProgramRun run = await RunAsync(arguments);
        Assert.True(run.ExitCode == code, run.Describe());
    }

    private async Task RequireAsync(string[] command)
    {
        ProgramRun run = await RunCommandAsync(command);
        Assert.True(run.ExitCode == 0, run.Describe());
    }

    /// <summary>Recordings go to a folder of the test.</summary>
    private Task<ProgramRun> RunCommandAsync(IReadOnlyList<string> command) => ProgramRunner.RunAsync(
        command, _daemon.Folder, new Dictionary<string, string?> { ["PORTABLEVIRT_SOCKET"] = _daemon.SocketPath, ["XDG_DATA_HOME"] = Path.Combine(_daemon.Folder, "data") });
}
