using System.Runtime.InteropServices;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Runs;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// Starts a package in the place of this process. All arguments of a package are its program's, so the options of pvctl run that a user gave go to it in an
/// environment variable.
/// </summary>
public static class PackageStart
{
    /// <summary>Environment variable with options of pvctl run, a word a line.</summary>
    public const string OptionsVariable = "PORTABLEVIRT_OPTIONS";

    private static readonly string[] s_refused = [RunOptions.Daemon, "--system-libraries"];

    private static readonly string[] s_all = [.. RunOptions.Table.Select(o => o.Name)];

    /// <summary>True for a file that is a package; false also for one that may not be read.</summary>
    /// <exception cref="PackageException">It is one, but damaged.</exception>
    public static bool IsPackage(string path)
    {
        try
        {
            using PackageReader? reader = File.Exists(path) && IsElf(path) ? PackageReader.TryOpen(path) : null;
            return reader is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsElf(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual("\u007fELF"u8);
    }

    /// <summary>Starts it. Returns only by an exception.</summary>
    /// <param name="package">Full path of the package.</param>
    /// <param name="options">Options of pvctl run and their values.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <exception cref="FailedException">It cannot be started.</exception>
    public static int Run(string package, IReadOnlyList<string> options, IReadOnlyList<string> arguments)
    {
        Dictionary<string, string> environment = RunOptions.CurrentEnvironment();
        environment.Remove(OptionsVariable);
        if (options.Count != 0)
        {
            environment[OptionsVariable] = Pack(options);
        }
        string?[] variables = [.. environment.Select(v => $"{v.Key}={v.Value}"), null];
        NativeProcess.ExecVe(package, [package, .. arguments, null], variables);
        int error = Marshal.GetLastPInvokeError();
        throw new FailedException(
            error == NativeProcess.NoAccess
                ? $"{package} may not be executed: chmod +x it; or its drive is mounted with noexec, then copy it elsewhere"
                : $"{package} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}",
            ExitCodes.CannotRun);
    }

    /// <summary>The options of a parsed "pvctl run", as words again.</summary>
    /// <exception cref="UsageException">One of them means nothing to a package.</exception>
    public static IReadOnlyList<string> Words(Arguments arguments) => s_refused.FirstOrDefault(arguments.Has) is { } refused
        ? throw new UsageException($"{refused} is not for packages: they run in their own process, with the DLLs that they hold")
        : Words(arguments, s_all);

    /// <summary>Some options of a parsed command line, as words again.</summary>
    public static IReadOnlyList<string> Words(Arguments arguments, IReadOnlyList<string> names)
    {
        List<string> words = [];
        foreach (Option option in RunOptions.Table.Where(o => names.Contains(o.Name)))
        {
            foreach (string value in arguments.Values(option.Name))
            {
                words.Add(option.Name);
                if (option.Value is not null)
                {
                    words.Add(value);
                }
            }
        }
        return words;
    }

    private static string Pack(IReadOnlyList<string> options) => options.Any(o => o.Contains('\n', StringComparison.Ordinal))
        ? throw new UsageException("options of packages cannot hold line feeds")
        : string.Join('\n', options);
}
