using System.Globalization;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cell.Tests;

/// <summary>The same under the real daemon: the taken-over VM-app is started as every VM-app is, for an ordinary user and for root.</summary>
public sealed class DaemonEscapeTests : IDisposable
{
    private static readonly GuestBuild _programs = new("MustFail");
    private readonly TakenOverRun _run = new();
    private readonly CellDaemon _daemon;

    public DaemonEscapeTests() => _daemon = new CellDaemon(_run.Folder, TakenOverRun.Program);

    public void Dispose()
    {
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

    /// <summary>With the host's network nothing is in the way of these: it is the control group that is in it else.</summary>
    [Fact]
    public async Task Only_loopback_is_reached_without_the_hosts_network()
    {
        string[] names = ["datagram-to-another-computer", "datagram-to-another-computer-by-ip6", "connection-to-an-address-of-the-network"];
        ProgramRun run = await RunAsync(65534, "loopback", names);
        EscapeTests.AssertDenied(run, names);
        run = await RunAsync(65534, "host", names);
        Assert.All(names, name => Assert.Contains($"{name} ESCAPED", run.Output, StringComparison.Ordinal));
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
        Dictionary<string, string?> environment = _run.Targets(Environment.ProcessId, _daemon.Id, _daemon.Socket);
        environment["PORTABLEVIRT_SOCKET"] = _daemon.Socket;
        environment["PV_OWN_ADDRESS"] = CellDaemon.OwnAddress;
        environment["PV_OTHER_COMPUTER"] = CellDaemon.OtherComputer;
        environment["PV_OTHER_COMPUTER_6"] = CellDaemon.OtherComputerByIp6;
        string program = Path.Combine(_run.Granted, "program.exe");
        File.Copy(await _programs.ProgramAsync("host_files"), program, overwrite: true);
        return await ProgramRunner.RunAsync(
            ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", PortableVirtCommand.Pvctl, "run", "--daemon", "--network", network, "--", program, .. escapes],
            _run.Granted, environment);
    }
}
