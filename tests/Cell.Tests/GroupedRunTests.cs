using PortableVirt.Tests.Support;

namespace PortableVirt.Cell.Tests;

/// <summary>What programs may do goes on behind the kernel's filter of a VM's control group.</summary>
public sealed class GroupedRunTests : IDisposable
{
    private static readonly GuestBuild _programs = new("Guest");
    private readonly ScratchFolder _folder = new();
    private readonly CellDaemon _daemon;

    public GroupedRunTests()
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1FF);
        _daemon = new CellDaemon(_folder.Path, Path.Combine(Path.GetDirectoryName(PortableVirtCommand.Pvctl)!, "portablevirt-vmapp"));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("sockets_async")]
    public async Task Sockets_find_each_other_on_loopback(string checks)
    {
        string program = Path.Combine(_folder.Path, checks + ".exe");
        File.Copy(await _programs.ProgramAsync(checks), program);
        ProgramRun run = await ProgramRunner.RunAsync(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", PortableVirtCommand.Pvctl, "run", "--daemon", "--", program],
            _folder.Path, new Dictionary<string, string?> { ["PORTABLEVIRT_SOCKET"] = _daemon.Socket });
        Assert.True(run.ExitCode == 0 && run.Output.Length != 0, run.Describe());
        Assert.Empty(Directory.GetDirectories(_daemon.Groups.Folder));
    }
}
