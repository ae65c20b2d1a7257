using System.Text.Json;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>What passes through a run, embedded and through the daemon, as root and as an ordinary user.</summary>
[Collection("daemon")]
public sealed class RunTests : IDisposable
{
    private readonly TestDaemon _daemon = new();

    public static TheoryData<uint, string> Ways => new() { { 0, "--embedded" }, { 0, "--daemon" }, { TestDaemon.OrdinaryUser, "--daemon" } };

    public void Dispose() => _daemon.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Arguments_folder_environment_and_standard_descriptors(uint user, string way)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_daemon.Folder, "složka s mezerou")).FullName;
        byte[] input = [.. Enumerable.Repeat("some text to shout\n"u8.ToArray(), 5000).SelectMany(b => b)];
        ProgramRun run = await _daemon.RunAsync(
            user, input, "run", way, "--workdir", folder, "--grant", _daemon.Folder, "--", ControlPrograms.Path("launch"),
            "plain", "two words", "quote\"inside", "back\\slash\\", "", "žluťoučký ☂", "--help");
        Assert.True(run.ExitCode == 77, run.Describe());
        string[] lines = run.Output.Split('\n');
        Assert.Equal(
            ["argument=plain", "argument=two words", "argument=quote\"inside", "argument=back\\slash\\", "argument=", "argument=žluťoučký ☂", "argument=--help"],
            lines.Take(7));
        Assert.Equal("folder=Z:" + folder.Replace('/', '\\'), lines[7]);
        Assert.Equal("variable=value ž", lines[8]);
        Assert.Equal(5000, lines.Count(l => l == "SOME TEXT TO SHOUT"));
        Assert.Equal("to stderr\n", run.Error);
    }

    /// <summary>From a grant nothing is executed, but the VM-app and its libraries may lie below one.</summary>
    [Theory]
    [InlineData("/usr")]
    [InlineData("/usr/lib")]
    [InlineData(null)]
    public async Task A_grant_above_the_vm_app_leaves_it_able_to_run(string? grant)
    {
        foreach (string folder in grant is null ? (string[])[TestDaemon.Programs, Path.GetDirectoryName(TestDaemon.Programs)!] : [grant])
        {
            ProgramRun run = await _daemon.RunAsync(
                TestDaemon.OrdinaryUser, null, "run", "--daemon", "--grant", folder, "--workdir", folder, "--", ControlPrograms.Path("exitcode"), "7");
            Assert.True(run.ExitCode == 7 && run.Error.Length == 0, run.Describe());
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Exit_codes(uint user, string way)
    {
        foreach ((string code, int expected) in new[] { ("0", 0), ("1", 1), ("125", 125), ("0x1234", 0x34), ("0xFFFFFFFF", 0xFF) })
        {
            string file = Path.Combine(_daemon.Folder, "status.json");
            File.Delete(file);
            ProgramRun run = await _daemon.RunAsync(user, null, "run", way, "--status-file", file, "--", ControlPrograms.Path("exitcode"), code);
            Assert.True(run.ExitCode == expected && run.Error.Length == 0, run.Describe());
            using JsonDocument status = JsonDocument.Parse(File.ReadAllText(file));
            Assert.Equal("program", status.RootElement.GetProperty("source").GetString());
            Assert.Equal(expected, status.RootElement.GetProperty("code").GetInt32());
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_unhandled_exception_is_told_with_code_address_and_module(uint user, string way)
    {
        ProgramRun run = await _daemon.RunAsync(user, null, "run", way, "--", ControlPrograms.Path("crash"));
        Assert.True(run.ExitCode == 0x05, run.Describe());
        Assert.Equal("before\n", run.Output);
        Assert.Contains("C0000005", run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("crash.exe", run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_cannot_be_run_has_its_own_code_and_one_line(uint user, string way)
    {
        string text = Path.Combine(_daemon.Folder, "text.exe");
        await File.WriteAllTextAsync(text, "this is no program\n");
        File.SetUnixFileMode(text, (UnixFileMode)0x1A4);
        await AssertFailsAsync(user, way, text, 126);
        await AssertFailsAsync(user, way, Path.Combine(_daemon.Folder, "missing.exe"), 127);

        string cut = Path.Combine(_daemon.Folder, "cut.exe");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(ControlPrograms.Path("launch")))[..600]);
        File.SetUnixFileMode(cut, (UnixFileMode)0x1A4);
        await AssertFailsAsync(user, way, cut, 126);
    }

    [Fact]
    public async Task A_file_that_only_root_may_read_is_not_read_for_others()
    {
        string secret = Path.Combine(_daemon.Folder, "secret.exe");
        File.Copy(ControlPrograms.Path("exitcode"), secret);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        await AssertFailsAsync(TestDaemon.OrdinaryUser, "--daemon", secret, 126);
        Assert.Equal(0, (await _daemon.RunAsync(0, null, "run", "--daemon", "--", secret, "0")).ExitCode);
    }

    [Fact]
    public async Task An_ordinary_user_without_a_daemon_is_told_what_to_do()
    {
        ProgramRun run = await ProgramRunner.RunAsync(
            TestDaemon.Pvctl(TestDaemon.OrdinaryUser, "run", "--", ControlPrograms.Path("exitcode"), "0"),
            _daemon.Folder,
            new Dictionary<string, string?> { ["PORTABLEVIRT_SOCKET"] = Path.Combine(_daemon.Folder, "none.sock") });
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("no right to open /dev/kvm", run.Error, StringComparison.Ordinal);
        Assert.Contains("start the daemon", run.Error, StringComparison.Ordinal);
    }

    private async Task AssertFailsAsync(uint user, string way, string program, int code)
    {
        string file = Path.Combine(_daemon.Folder, "status.json");
        File.Delete(file);
        ProgramRun run = await _daemon.RunAsync(user, null, "run", way, "--status-file", file, "--", program);
        Assert.True(run.ExitCode == code, run.Describe());
        Assert.StartsWith("pvctl: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        using JsonDocument status = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        Assert.Equal("portablevirt", status.RootElement.GetProperty("source").GetString());
    }
}
