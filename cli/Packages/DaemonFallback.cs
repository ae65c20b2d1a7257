using System.Runtime.InteropServices;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Runs;
using PortableVirt.Protocol.Sockets;

namespace PortableVirt.Cli.Packages;

/// <summary>Where a package's user may not open /dev/kvm, but PortableVirt is installed with its daemon, pvctl runs the package through that.</summary>
internal static class DaemonFallback
{
    private const string Pvctl = "pvctl";
    private const string UsualPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>Becomes pvctl. Returns only where that is not possible: the run then says what is wrong with /dev/kvm.</summary>
    /// <param name="words">The package's command line without the file's own name.</param>
    public static void TryRun(string[] words)
    {
        if (KvmAccess.MayOpen || Environment.ProcessPath is not { } package || !File.Exists(WellKnownSockets.Daemon) || FindPvctl() is not { } pvctl)
        {
            return;
        }
        (List<string> ours, int rest) = PackageOptions.Split(words);
        string?[] environment = [.. RunOptions.CurrentEnvironment().Select(v => $"{v.Key}={v.Value}"), null];
        _ = NativeProcess.ExecVe(pvctl, [pvctl, "run", RunOptions.Daemon, .. ours, "--", package, .. words[rest..], null], environment);
        Console.Error.WriteLine($"{OwnFile.Name}: {pvctl} cannot be started: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    private static string? FindPvctl() => (Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : UsualPath)
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, Pvctl)).FirstOrDefault(File.Exists);
}
