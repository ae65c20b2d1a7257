using System.Collections;
using PortableVirt.Cli.CommandLine;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>The options of "pvctl run".</summary>
public static class RunOptions
{
    /// <summary>Forces a run in this process.</summary>
    public const string Embedded = "--embedded";

    /// <summary>Forces a run through the daemon.</summary>
    public const string Daemon = "--daemon";

    /// <summary>File for the status report.</summary>
    public const string StatusFile = "--status-file";

    /// <summary>Descriptor for the status report.</summary>
    public const string JsonStatus = "--json-status";

    /// <summary>Arguments that name files are documents.</summary>
    public const string Documents = "--documents";

    private const string ReadOnlySuffix = ":ro";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Option> Table =
    [
        new("--grant", "PATH[:ro]", "show a host file or folder to the program, under Z:; :ro for reading only", Repeatable: true),
        new(Documents, null, "arguments that name host files: show their folders too, and pass the files as the program sees them"),
        new("--private", null, "grant nothing but what --grant names, share no clipboard"),
        new("--env", "NAME=VALUE", "set an environment variable", Repeatable: true),
        new("--workdir", "FOLDER", "start in another folder"),
        new("--network", "MODE", "loopback (the default), none, or host: what the user may reach"),
        new("--data", "FOLDER", "keep the program's C: drive and registry there"),
        new("--system-libraries", "FOLDER", "take Windows DLLs from there instead of libwine"),
        new(Embedded, null, "run in this process"),
        new(Daemon, null, "run through the daemon"),
        new("--crash-report", "FILE", "add registers, stack and modules to a file when the program crashes"),
        new("--stats", null, "show counters of the run on stderr at its end"),
        new("--trace", null, "show every system call on stderr"),
        new(StatusFile, "FILE", "write how the run ended, as JSON"),
        new(JsonStatus, "FD", "the same to an open descriptor"),
    ];

    /// <summary>The launch options of a command line.</summary>
    /// <exception cref="UsageException">Something is missing or wrong.</exception>
    public static LaunchOptions Read(Arguments arguments)
    {
        if (arguments.Operands.Count == 0)
        {
            throw new UsageException("which program?");
        }

        string program = arguments.Operands[0];
        string current = Directory.GetCurrentDirectory();
        string folder = current;
        if (arguments.Value("--workdir") is { } other)
        {
            folder = Path.GetFullPath(other, current);
            program = Path.GetFullPath(program, current);
            if (!Directory.Exists(folder))
            {
                throw new UsageException($"--workdir: there is no folder {folder}");
            }
        }

        LaunchOptions options = new()
        {
            ProgramPath = program,
            Arguments = [.. arguments.Operands.Skip(1)],
            WorkingFolder = folder,
            Environment = ReadEnvironment(arguments.Values("--env")),
            Grants = [.. arguments.Values("--grant").Select(g => ReadGrant(g, current))],
            Private = arguments.Has("--private"),
            SystemLibraryFolder = FullPath(arguments.Value("--system-libraries"), current),
            DataFolder = FullPath(arguments.Value("--data"), current),
            CrashReportFile = FullPath(arguments.Value("--crash-report"), current),
            Trace = arguments.Has("--trace"),
            Stats = arguments.Has("--stats"),
            Network = ReadNetwork(arguments.Value("--network")),
        };
        return arguments.Has(Documents) ? DocumentArguments.Apply(options, keepFolder: arguments.Has("--workdir")) : options;
    }

    private static string? FullPath(string? path, string current) => path is null ? null : Path.GetFullPath(path, current);

    private static Grant ReadGrant(string text, string current)
    {
        bool readOnly = text.EndsWith(ReadOnlySuffix, StringComparison.Ordinal);
        string path = readOnly ? text[..^ReadOnlySuffix.Length] : text;
        if (path.Length == 0)
        {
            throw new UsageException("--grant needs a path");
        }

        string full = Path.GetFullPath(path, current);
        return Path.Exists(full) ? new Grant(full, readOnly) : throw new UsageException($"--grant: there is no {full}");
    }

    /// <summary>This process's environment.</summary>
    internal static Dictionary<string, string> CurrentEnvironment()
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return environment;
    }

    private static Dictionary<string, string> ReadEnvironment(IReadOnlyList<string> changes)
    {
        Dictionary<string, string> environment = CurrentEnvironment();
        foreach (string change in changes)
        {
            int equals = change.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new UsageException($"--env needs NAME=VALUE, not \"{change}\"");
            }

            environment[change[..equals]] = change[(equals + 1)..];
        }

        return environment;
    }

    private static NetworkMode ReadNetwork(string? mode) => mode switch
    {
        null or "loopback" => NetworkMode.Loopback,
        "none" => NetworkMode.None,
        "host" => NetworkMode.Host,
        _ => throw new UsageException($"--network is none, loopback or host, not {mode}"),
    };
}
