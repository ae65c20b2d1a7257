using System.Globalization;
using System.Security.Cryptography;
using PortableVirt.Control.Tests.Interop;
using PortableVirt.Protocol.V1;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>
/// Processes of two users and of root, with their real ids, have the daemon open what is another's, by every method that opens something: programs, grants, working folder,
/// drive, report, packages. What a user reaches of his own folder with the same requests, he does not reach of another's.
/// </summary>
[Collection("daemon")]
public sealed class RealUserTests : IDisposable
{
    private const uint Root = 0;
    private const uint First = TestDaemon.OrdinaryUser;
    private const uint Second = 61_237;
    private const UnixFileMode OwnerAndSearch = (UnixFileMode)0x1C9;
    private const UnixFileMode OwnerOnly = (UnixFileMode)0x180;

    /// <summary>What needs the right to read, which no descriptor of a path gives.</summary>
    private static readonly string[] ForNobody = ["registered_unread"];

    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task The_daemon_opens_nothing_of_anothers()
    {
        foreach (string script in (string[])["caller.py", "messages.py"])
        {
            File.Copy(PythonFiles.Script(script), Path.Combine(_daemon.Folder, script));
        }

        PythonFiles.WriteDescriptors(_daemon.Folder, DaemonReflection.Descriptor);
        foreach (uint user in (uint[])[Root, First, Second])
        {
            await MakeAsync(Victim(user), user, secrets: true);
        }

        foreach (uint user in (uint[])[Root, First])
        {
            string scratch = Path.Combine(_daemon.Folder, $"scratch-{user}");
            await MakeAsync(scratch, user, secrets: true);
            Dictionary<string, string> own = await CallAsync(user, scratch, $"own{user}");
            Assert.All(own, a => Assert.True((a.Value == "reached") != ForNobody.Contains(a.Key), $"user {user} of his own: {a.Key} {a.Value}"));
        }

        foreach ((uint caller, uint victim) in ((uint, uint)[])[(First, Second), (Second, First), (Second, Root)])
        {
            string before = Snapshot(Victim(victim));
            Dictionary<string, string> attempts = await CallAsync(caller, Victim(victim), $"own{victim}");
            Assert.Equal(12, attempts.Count);
            Assert.All(attempts, a => Assert.True(a.Value != "reached", $"user {caller} of user {victim}: {a.Key} {a.Value}"));
            Assert.Equal(before, Snapshot(Victim(victim)));
        }
    }

    private string Victim(uint user) => Path.Combine(_daemon.Folder, $"of-{user}");

    /// <summary>A folder of a user that others may pass, with files that are the user's alone.</summary>
    private static async Task MakeAsync(string folder, uint user, bool secrets)
    {
        Directory.CreateDirectory(folder, OwnerAndSearch);
        if (secrets)
        {
            File.Copy(ControlPrograms.Path("exitcode"), Path.Combine(folder, "secret.exe"));
            await File.WriteAllTextAsync(Path.Combine(folder, "secret.txt"), "secret");
            TestPackage.Write(Path.Combine(folder, "package"), (int)user);
            foreach (string file in Directory.GetFiles(folder))
            {
                File.SetUnixFileMode(file, OwnerOnly);
            }
        }

        ProgramRun owned = await ProgramRunner.RunAsync(["chown", "-R", $"{user}:{user}", folder], "/");
        Assert.True(owned.ExitCode == 0, owned.Describe());
    }

    private async Task<Dictionary<string, string>> CallAsync(uint user, string folder, string package)
    {
        string own = Path.Combine(_daemon.Folder, $"home-{user}-{Guid.NewGuid():N}");
        await MakeAsync(own, user, secrets: false);
        string id = user.ToString(CultureInfo.InvariantCulture);
        ProgramRun run = await ProgramRunner.RunAsync(
            [
                "setpriv", "--reuid", id, "--regid", id, "--clear-groups", PythonFiles.Python, Path.Combine(_daemon.Folder, "caller.py"), _daemon.SocketPath,
                Path.Combine(_daemon.Folder, "messages.desc"), folder, own, Path.GetDirectoryName(ControlPrograms.Path("peek"))!, package,
            ],
            own, limit: TimeSpan.FromMinutes(3));
        Assert.True(run.ExitCode == 0, run.Describe());
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(words => words[0], words => words[1]);
    }

    private static string Snapshot(string folder) => string.Join('\n', Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path =>
        $"{path} {File.GetUnixFileMode(path)} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "")}"));
}
