using PortableVirt.Protocol.V1;
using PortableVirt.Terminal.Tests.Pty;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>The caller's terminal, used by a VM-app that the daemon started for an ordinary user.</summary>
[Collection("daemon")]
public sealed class TerminalTests : IDisposable
{
    private readonly TestDaemon _daemon = new();
    private readonly TerminalSession _session;

    public TerminalTests()
    {
        string command = string.Join(' ', TestDaemon.Pvctl(TestDaemon.OrdinaryUser, "run", "--daemon", "--", ControlPrograms.Path("window")));
        _session = TerminalSession.Start(
            command + "; echo status $?", _daemon.Folder, new Dictionary<string, string?> { ["PORTABLEVIRT_SOCKET"] = _daemon.SocketPath });
        _session.Expect("size 80x24");
        TerminalSession.Until(() => !_session.IsCooked, "the terminal is not taken over");
    }

    public void Dispose()
    {
        _session.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public void The_program_is_told_of_another_size()
    {
        _session.Resize(100, 30);
        _session.Expect("size 100x30");
        _session.Resize(40, 10);
        _session.Expect("size 40x10");
        _session.Type("q");
        _session.Expect("status 7");
        Assert.True(_session.IsCooked);
    }

    [Fact]
    public async Task It_is_put_back_when_the_vm_app_is_killed()
    {
        Vm vm = Assert.Single(await _daemon.ListAsync());
        TestDaemon.Signal(vm.Pid, "KILL");
        _session.Expect("status 125");
        Assert.True(_session.IsCooked);
        Assert.Contains("pvctl: ", _session.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_put_back_when_the_daemon_is_killed_and_does_not_come_back()
    {
        _daemon.End("KILL");
        _session.Expect("status 125");
        Assert.True(_session.IsCooked);
        _daemon.Restart();
    }
}
