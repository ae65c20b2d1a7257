using System.Diagnostics;
using PortableVirt.Terminal.Tests.Pty;
using PortableVirt.Tests.Support;

namespace PortableVirt.Terminal.Tests;

/// <summary>The system library's cmd.exe, used by hand.</summary>
[Collection(TerminalCollection.Name)]
public sealed class CommandShellTests : IDisposable
{
    private const string CommandShell = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/cmd.exe";
    private const string Up = "\x1b[A", Left = "\x1b[D", Home = "\x1b[H", End = "\x1b[F", Delete = "\x1b[3~";
    private readonly ScratchFolder _scratch = new();
    private readonly TerminalSession _session;

    public CommandShellTests()
    {
        string command = string.Join(' ', PortableVirtCommand.Run([], CommandShell, []));
        _session = TerminalSession.Start("trap : INT; " + command + "; echo status $?; stty -a | grep -o ' icanon'", _scratch.Path);
        _session.Expect(">");
    }

    public void Dispose()
    {
        _session.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void LinesAreEdited()
    {
        _session.Type("echo hellp\x7fo\r");
        _session.Expect("\nhello");
        _session.Type($"ho bc{Left}{Left}a{Home}ex{Left}{Delete}c{End}d\r");
        _session.Expect("\nabcd");
        _session.Type($"{Up}{Up}\r");
        _session.Expect("\nhello");
        _session.Type("echo ünï→€\r");
        _session.Expect("\nünï→€");
        Leave();
    }

    [Fact]
    public void TheScreenIsClearedColouredAndTitled()
    {
        _session.Type("cls\r");
        _session.Expect("\x1b[H\x1b[2J");
        _session.Type("color 0a\r");
        _session.Expect("\x1b[0;92m");
        _session.Type("title From the test\r");
        _session.Expect("\x1b]0;From the test\a");
        Leave();
    }

    [Fact]
    public async Task CtrlCEndsTheLineAndTheChildButNotTheShell()
    {
        File.Copy(await TerminalPrograms.BuildAsync("wait"), Path.Combine(_scratch.Path, "wait.exe"));
        _session.Type("echo never");
        _session.Expect("echo never");
        _session.Type("\x03");
        _session.Expect("^C");
        _session.Expect(">");
        _session.Type("echo kept\r");
        _session.Expect("\nkept");
        _session.Type("wait.exe\r");
        _session.Expect("\nwaiting");
        _session.Type("\x03");
        _session.Expect(">");
        _session.Type("echo still here\r");
        _session.Expect("\nstill here");
        Assert.DoesNotContain("not interrupted", _session.Shown, StringComparison.Ordinal);
        Leave();
    }

    [Fact]
    public void TenThousandPastedCharactersArrive()
    {
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => $"echo line {i:0000} 0123456789012345678901234567890123456789\r")];
        Assert.True(lines.Sum(line => line.Length) > 10_000);
        _session.Type(string.Concat(lines));
        _session.Expect("\nline 0199 0123456789012345678901234567890123456789");
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.Contains($"\nline {i:0000} 0123456789012345678901234567890123456789", _session.Shown, StringComparison.Ordinal);
        }
        Leave();
    }

    [Fact]
    public void TheJobIsStoppedAndGoesOn()
    {
        TerminalSession.Until(() => !_session.IsCooked, "the terminal is not taken over");
        int pvctl = Job();
        Signal(pvctl, "TSTP");
        TerminalSession.Until(() => File.ReadAllText($"/proc/{pvctl}/stat").Contains(") T ", StringComparison.Ordinal), "the job is not stopped");
        Assert.True(_session.IsCooked);
        Signal(pvctl, "CONT");
        TerminalSession.Until(() => !_session.IsCooked, "the terminal is not taken over again");
        _session.Type("echo back again\r");
        _session.Expect("\nback again");
        Leave();
    }

    private void Leave()
    {
        _session.Type("exit 3\r");
        _session.Expect("status 3");
        _session.Expect(" icanon");
        Assert.Equal(0, _session.ExitCode());
    }

    private int Job()
    {
        foreach (Process process in Process.GetProcessesByName("pvctl"))
        {
            string[] fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[1].Split(' ');
            int session = int.Parse(fields[3], System.Globalization.CultureInfo.InvariantCulture);
            if (session == _session.ProcessId || IsChildOf(session, _session.ProcessId))
            {
                return process.Id;
            }
        }
        throw new InvalidOperationException("the session runs no pvctl");
    }

    private static bool IsChildOf(int process, int parent) =>
        File.Exists($"/proc/{process}/stat") && File.ReadAllText($"/proc/{process}/stat").Split(") ")[1].Split(' ')[1] == parent.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Signal(int process, string name) => Process.Start("kill", ["-" + name, process.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
}
