using System.Diagnostics;
using PortableVirt.Control.Tests.Daemon;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Hosts;

/// <summary>What the host lacks is told in one line with its own exit code, or to the program as Windows tells it, and nothing is left behind.</summary>
public sealed class HostFailureTests : IDisposable
{
    private const int Failed = 125;
    private const int ErrorDiskFull = 112;
    private const int ErrorNotEnoughMemory = 8;
    private const string NoDevices = "mount -t tmpfs none /dev && mknod /dev/null c 1 3 && mknod /dev/urandom c 1 9";
    private readonly ScratchFolder _scratch = new();

    public HostFailureTests() => Directory.CreateDirectory(Temporary);

    private string Temporary => _scratch["temporary"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task No_kvm() => RequireFailure(await RunWithMountsAsync(NoDevices, [], "exitcode", "0"), "there is no /dev/kvm", "kvm_amd");

    [Fact]
    public async Task Something_else_in_the_place_of_kvm() =>
        RequireFailure(await RunWithMountsAsync("mount --bind /dev/null /dev/kvm", [], "exitcode", "0"), "/dev/kvm is no KVM device");

    [Fact]
    public async Task No_system_library() =>
        RequireFailure(await RunAsync(["--system-libraries", "/nonexistent"], "exitcode", "0"), "/nonexistent/ntdll.dll is missing", "libwine", "--system-libraries");

    [Fact]
    public async Task A_status_file_that_cannot_be_written() =>
        RequireFailure(await RunAsync(["--status-file", "/nonexistent/status"], "exitcode", "0"), "/nonexistent/status cannot be written", "--status-file");

    [Fact]
    public async Task A_data_folder_that_cannot_be_made() =>
        RequireFailure(await RunAsync(["--data", "/proc/nothing"], "exitcode", "0"), "/proc/nothing cannot be made", "--data");

    [Fact]
    public async Task No_temporary_folder()
    {
        Directory.Delete(Temporary);
        RequireFailure(await RunAsync([], "diskfull", "C:\\file"), "drive C: cannot be made", Temporary);
    }

    [Fact]
    public async Task A_granted_folder_without_room_is_told_to_the_program()
    {
        string small = Directory.CreateDirectory(_scratch["small"]).FullName;
        ProgramRun run = await RunWithMountsAsync($"mount -t tmpfs -o size=1m none {small}", ["--grant", small], "diskfull", $"Z:{small}/file");
        Assert.True(run.ExitCode == ErrorDiskFull && run.Error.Length == 0, run.Describe());
    }

    [Fact]
    public async Task A_temporary_folder_without_room_is_told_to_the_program()
    {
        string left = _scratch["left"];
        string mount = $"mount -t tmpfs -o size=1m none {Temporary}";
        ProgramRun run = await RunAsync(
            ["unshare", "--mount", "sh", "-c", $"{mount} && \"$@\"; code=$?; find {Temporary} -mindepth 2 >{left}; exit $code", "sh", .. Command([], "diskfull", "C:\\file")]);
        Assert.True(run.ExitCode == ErrorDiskFull && run.Error.Length == 0, run.Describe());
        Assert.Equal("", await File.ReadAllTextAsync(left));
    }

    /// <summary>An id that no account has, with the right to open /dev/kvm: limits do not hold for root.</summary>
    [Fact]
    public async Task A_limit_of_threads_is_told_to_the_program()
    {
        File.SetUnixFileMode(_scratch.Path, (UnixFileMode)0x1FF);
        File.SetUnixFileMode(Temporary, (UnixFileMode)0x1FF);
        ProgramRun run = await RunAsync(
            ["prlimit", "--nproc=80", "setpriv", "--reuid", "61240", "--regid", "61240", "--clear-groups", "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override", .. Command([], "threads")]);
        Assert.True(run.ExitCode == ErrorNotEnoughMemory && run.Error.Length == 0, run.Describe());
    }

    [Fact]
    public async Task What_a_killed_run_left_goes_at_the_next()
    {
        IReadOnlyList<string> command = Command([], "waiter", "files");
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = _scratch.Path };
        start.Environment["TMPDIR"] = Temporary;
        using (Process killed = Process.Start(start)!)
        {
            Assert.Equal("READY", await killed.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.NotEmpty(PrivateFolders());
            killed.Kill();
            await killed.WaitForExitAsync();
        }

        Assert.NotEmpty(PrivateFolders());
        ProgramRun next = await RunAsync([], "diskfull", "C:\\file");
        Assert.True(next.ExitCode == 0, next.Describe());
        Assert.Empty(PrivateFolders());
    }

    private static void RequireFailure(ProgramRun run, params string[] parts)
    {
        Assert.True(run.ExitCode == Failed, run.Describe());
        Assert.StartsWith("pvctl: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        Assert.All(parts, part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Command(string[] options, string program, params string[] arguments) =>
        TestDaemon.Pvctl(0, ["run", "--embedded", .. options, "--", ControlPrograms.Path(program), .. arguments]);

    /// <summary>Everything below the users' folders of private folders.</summary>
    private string[] PrivateFolders() => [.. Directory.GetDirectories(Temporary, "portablevirt-*").SelectMany(Directory.GetFileSystemEntries)];

    /// <summary>Runs a program embedded, in a mount namespace that a shell command has changed first.</summary>
    private Task<ProgramRun> RunWithMountsAsync(string mounts, string[] options, string program, params string[] arguments) =>
        RunAsync(["unshare", "--mount", "sh", "-c", mounts + " && exec \"$@\"", "sh", .. Command(options, program, arguments)]);

    private Task<ProgramRun> RunAsync(string[] options, string program, params string[] arguments) => RunAsync(Command(options, program, arguments));

    private Task<ProgramRun> RunAsync(IReadOnlyList<string> command) =>
        ProgramRunner.RunAsync(command, _scratch.Path, new Dictionary<string, string?> { ["TMPDIR"] = Temporary });
}
