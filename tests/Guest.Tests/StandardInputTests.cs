using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>A program whose standard input is a pipe of the host into which something comes late, and then its end.</summary>
[Collection(GuestCollection.Name)]
public sealed class StandardInputTests(GuestFixture fixture)
{
    /// <summary>The group "child" of the same program runs these checks on a pipe of Windows, under Wine too.</summary>
    [Fact]
    public async Task AHostsPipeIsAnAnonymousPipe()
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.Checks.ProgramAsync("pipes");
        IReadOnlyList<string> late = ["sh", "-c", "{ sleep 0.7; echo 'first line'; } | exec \"$@\"", "sh"];
        CheckReport.RequireClean(await ProgramRunner.RunAsync([.. late, .. PortableVirtCommand.Run([], executable, ["input"])], scratch.Path));
    }

    [Fact]
    public async Task AHostsSocketIsAnAnonymousPipe()
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.Checks.ProgramAsync("pipes");
        const string script = """
            import socket, subprocess, sys, time
            ours, theirs = socket.socketpair()
            program = subprocess.Popen(sys.argv[1:], stdin=theirs)
            theirs.close()
            time.sleep(0.7)
            ours.sendall(b"first line\n")
            ours.close()
            sys.exit(program.wait())
            """;
        CheckReport.RequireClean(await ProgramRunner.RunAsync(["python3", "-c", script, .. PortableVirtCommand.Run([], executable, ["input"])], scratch.Path));
    }
}
