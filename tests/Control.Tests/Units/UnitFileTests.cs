using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Units;

/// <summary>The units of systemd are what systemd takes them for.</summary>
public sealed class UnitFileTests
{
    public static TheoryData<string> Units => [.. Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "systemd")).Where(IsUnit).Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Systemd_finds_nothing_wrong(string unit)
    {
        using ScratchFolder folder = new();
        string runtime = Directory.CreateDirectory(folder["runtime"]).FullName;
        string units = Directory.CreateDirectory(folder["units"]).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "systemd")).Where(IsUnit))
        {
            // The programs need not be installed.
            string text = string.Join('\n', (await File.ReadAllLinesAsync(file)).Select(line => line.StartsWith("ExecSt", StringComparison.Ordinal) ? line[..(line.IndexOf('=') + 1)] + "/bin/true" : line));
            await File.WriteAllTextAsync(Path.Combine(units, Path.GetFileName(file)), text + "\n");
        }

        Dictionary<string, string?> environment = new() { ["SYSTEMD_UNIT_PATH"] = units + ":", ["XDG_RUNTIME_DIR"] = runtime };
        string[] scope = unit.Contains("agent", StringComparison.Ordinal) ? ["--user"] : [];
        ProgramRun run = await ProgramRunner.RunAsync(["systemd-analyze", .. scope, "verify", "--man=no", Path.Combine(units, unit)], folder.Path, environment);
        Assert.Equal("", run.Output + run.Error);
        Assert.Equal(0, run.ExitCode);
    }

    /// <summary>What may not be lost: the VMs outlive the daemon, and end with the unit that owns their groups.</summary>
    [Theory]
    [InlineData("portablevirtd.service", "KillMode=process")]
    [InlineData("portablevirtd.service", "RuntimeDirectoryPreserve=yes")]
    [InlineData("portablevirt-vms.service", "Delegate=memory cpu pids")]
    [InlineData("portablevirt-vms.service", "KillMode=control-group")]
    [InlineData("portablevirt-agent.service", "KillMode=process")]
    public async Task A_unit_says(string unit, string line) =>
        Assert.Contains(line, await File.ReadAllLinesAsync(Path.Combine(RepositoryPaths.Root, "systemd", unit)));

    private static bool IsUnit(string file) => Path.GetExtension(file) is ".service" or ".socket";
}
