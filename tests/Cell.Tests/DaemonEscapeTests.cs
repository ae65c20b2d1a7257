using System.Diagnostics;
using System.Globalization;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cell.Tests;

/// <summary>The same under the real daemon: the taken-over VM-app is started as every VM-app is, for an ordinary user and for root.</summary>
public sealed class DaemonEscapeTests : IDisposable
{
    private static readonly GuestBuild _programs = new("MustFail");
    private readonly TakenOverRun _run = new();
    private readonly Process _daemon;

    public DaemonEscapeTests()
    {
        ProcessStartInfo start = new(
            Path.Combine(Path.GetDirectoryName(PortableVirtCommand.Pvctl)!, "portablevirtd"),
            ["--socket", Socket, "--state", Path.Combine(_run.Folder, "state"), "--vmapp", TakenOverRun.Program])
        {
            RedirectStandardOutput = true,
        };
        _daemon = Process.Start(start)!;
        _daemon.OutputDataReceived += (_, _) => { };
        _daemon.BeginOutputReadLine();
        Stopwatch watch = Stopwatch.StartNew();
        while (!File.Exists(Socket))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20) && !_daemon.HasExited, "the daemon does not start: these tests run as root");
            Thread.Sleep(20);
        }
    }

    private string Socket => Path.Combine(_run.Folder, "run", "portablevirtd.sock");

    public void Dispose()
    {
        Assert.False(_daemon.HasExited, "an escape has ended the daemon");
        _daemon.Kill();
        _daemon.WaitForExit();
        _daemon.Dispose();
        _run.Dispose();
    }

    [Theory]
    [InlineData(65534u, "none")]
    [InlineData(65534u, "loopback")]
    [InlineData(0u, "loopback")]
    public async Task Escapes_that_fail_leave_nothing_behind(uint user, string network)
    {
        string[] names = [.. (await TakenOverRun.EscapesAsync()).Where(e => !e.EndsProcess).Select(e => e.Name)];
        ProgramRun run = await RunAsync(user, network, names);
        EscapeTests.AssertDenied(run, names);
        Assert.Equal("secret", await File.ReadAllTextAsync(_run.Secret));
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_run.Secrets).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("ptrace-another-vm", "101 (ptrace)")]
    [InlineData("mount", "165 (mount)")]
    [InlineData("execute-a-setuid-program", "59 (execve)")]
    [InlineData("unshare-a-user-namespace", "272 (unshare)")]
    [InlineData("rings-of-requests", "425 (io_uring_setup)")]
    public async Task A_forbidden_system_call_is_named_and_ends_the_vm(string escape, string call)
    {
        const int failed = 125;
        ProgramRun run = await RunAsync(65534, "loopback", [escape]);
        Assert.Equal(failed, run.ExitCode);
        Assert.StartsWith($"pvctl: the VM's cell ended it: system call {call}\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("SIGSYS", run.Error, StringComparison.Ordinal);
    }

    private async Task<ProgramRun> RunAsync(uint user, string network, IEnumerable<string> escapes)
    {
        string id = user.ToString(CultureInfo.InvariantCulture);
        Dictionary<string, string?> environment = _run.Targets(Environment.ProcessId, _daemon.Id, Socket);
        environment["PORTABLEVIRT_SOCKET"] = Socket;
        string program = Path.Combine(_run.Granted, "program.exe");
        File.Copy(await _programs.ProgramAsync("host_files"), program, overwrite: true);
        return await ProgramRunner.RunAsync(
            ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", PortableVirtCommand.Pvctl, "run", "--daemon", "--network", network, "--", program, .. escapes],
            _run.Granted, environment);
    }
}
