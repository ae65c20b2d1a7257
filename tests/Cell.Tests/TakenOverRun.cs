using System.Diagnostics;
using System.Globalization;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cell.Tests;

/// <summary>Runs of tests/TakenOver, the VM-app whose code is the attacker's, and what it attacks.</summary>
public sealed class TakenOverRun : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly Process _sibling;

    public TakenOverRun()
    {
        Secrets = Directory.CreateDirectory(Path.Combine(_folder.Path, "secrets")).FullName;
        Granted = Directory.CreateDirectory(Path.Combine(_folder.Path, "granted")).FullName;
        const UnixFileMode everybody = (UnixFileMode)0x1FF;
        foreach (string folder in (string[])[_folder.Path, Secrets, Granted])
        {
            File.SetUnixFileMode(folder, everybody);
        }
        File.WriteAllText(Secret, "secret");
        File.SetUnixFileMode(Secret, (UnixFileMode)0x1B6);
        _sibling = Process.Start("sleep", ["600"]);
    }

    /// <summary>The program.</summary>
    public static string Program => Path.Combine(RepositoryPaths.Artifacts, "net10.0", "bin", "TakenOver", Configuration, "taken-over");

    /// <summary>The folder of both.</summary>
    public string Folder => _folder.Path;

    /// <summary>A folder that the runs are not granted.</summary>
    public string Secrets { get; }

    /// <summary>The folder that they are granted.</summary>
    public string Granted { get; }

    /// <summary>The file that they are after.</summary>
    public string Secret => Path.Combine(Secrets, "secret");

    /// <summary>Variables that name the targets.</summary>
    public Dictionary<string, string?> Targets(int otherVm, int daemon, string socket) => new()
    {
        ["PV_SECRET"] = Secret,
        ["PV_GRANTED"] = Granted,
        ["PV_SIBLING"] = _sibling.Id.ToString(CultureInfo.InvariantCulture),
        ["PV_OTHER_VM"] = otherVm.ToString(CultureInfo.InvariantCulture),
        ["PV_DAEMON"] = daemon.ToString(CultureInfo.InvariantCulture),
        ["PV_SOCKET"] = socket,
        ["PV_LEFT_OPEN"] = "9",
    };

    /// <summary>The escapes of the program that a cell without a daemon must hold.</summary>
    public static async Task<IReadOnlyList<(string Name, bool EndsProcess, bool NeedsDaemon)>> EscapesAsync()
    {
        ProgramRun list = await ProgramRunner.RunAsync([Program, "--list"], "/");
        Assert.True(list.ExitCode == 0, list.Describe());
        return [.. list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(w => (w[0], w[1] == "ends", w[2] == "daemon"))];
    }

    /// <summary>Runs it embedded with a descriptor of the secret left open as 9.</summary>
    public Task<ProgramRun> RunEmbeddedAsync(string program, IEnumerable<string> escapes) => ProgramRunner.RunAsync(
        ["bash", "-c", $"exec 9<{Secret}; exec \"$@\"", "bash", Program, "--embedded", "Loopback", program, .. escapes],
        Granted, Targets(Environment.ProcessId, Environment.ProcessId, "/run/portablevirt/portablevirtd.sock"));

    public void Dispose()
    {
        Assert.False(_sibling.HasExited, "an escape has ended the sibling");
        _sibling.Kill();
        _sibling.Dispose();
        _folder.Dispose();
    }

#if DEBUG
    private const string Configuration = "debug";
#else
    private const string Configuration = "release";
#endif
}
