using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Runs;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// Options of ours on a packed program's command line: the words before the program's first argument that begin with <see cref="Prefix"/>. They are those
/// of "pvctl run", with another beginning.
/// </summary>
internal static class PackageOptions
{
    /// <summary>What our options begin with.</summary>
    public const string Prefix = "--portablevirt-";

    /// <summary>Environment variable with the folder for the program's changes, for those who cannot change the command line.</summary>
    public const string DataVariable = "PORTABLEVIRT_DATA";

    /// <summary>Compares the whole file with what was packed, and ends.</summary>
    public const string Check = "--check";

    private static readonly string[] _names =
    [
        RunOptions.Documents, "--data", "--grant", "--private", "--env", "--workdir", "--network", "--crash-report", "--stats", "--trace", RunOptions.StatusFile,
        RunOptions.JsonStatus,
    ];

    private static readonly IReadOnlyList<Option> _table = [.. RunOptions.Table.Where(o => _names.Contains(o.Name)), new Option(Check, null, "compare the whole file with what was packed, and end")];

    /// <summary>The folder for the program's changes that the user has named, by option or variable; null when none.</summary>
    public static string? DataFolder(LaunchOptions options) =>
        options.DataFolder ?? (options.Environment.TryGetValue(DataVariable, out string? given) && given.Length != 0 ? Path.GetFullPath(given) : null);

    /// <summary>Takes a packed program's command line apart.</summary>
    /// <param name="words">The command line without the file's own name.</param>
    /// <param name="program">Stands for the program in the result.</param>
    /// <exception cref="UsageException">An option that there is not, or one without its value.</exception>
    public static Arguments Read(string[] words, string program)
    {
        (List<string> ours, int rest) = Split(words);
        return Arguments.Parse(_table, [.. ours, "--", program, .. words[rest..]], optionsFirst: true);
    }

    /// <summary>Our options, as "pvctl run" has them, and the index of the program's first own argument.</summary>
    public static (List<string> Ours, int First) Split(string[] words)
    {
        List<string> ours = [];
        int i = 0;
        for (; i < words.Length && words[i].StartsWith(Prefix, StringComparison.Ordinal); i++)
        {
            string word = "--" + words[i][Prefix.Length..];
            ours.Add(word);
            Option? option = _table.FirstOrDefault(o => o.Name == word);
            if (option?.Value is not null && i + 1 < words.Length)
            {
                ours.Add(words[++i]);
            }
        }
        return (ours, i);
    }

    /// <summary>The options of a parsed "pvctl run", as words for a package.</summary>
    /// <exception cref="UsageException">One of them means nothing to a package.</exception>
    public static IReadOnlyList<string> Words(Arguments arguments)
    {
        string[] given = [.. RunOptions.Table.Select(o => o.Name).Where(name => name != RunOptions.Embedded && arguments.Has(name))];
        return given.FirstOrDefault(name => !_names.Contains(name)) is { } refused
            ? throw new UsageException($"{refused} is not for packages: they run in their own process, with the DLLs that they hold")
            : Words(arguments, given);
    }

    /// <summary>Some options of a parsed command line, as words for a package.</summary>
    public static IReadOnlyList<string> Words(Arguments arguments, IReadOnlyList<string> names)
    {
        List<string> words = [];
        foreach (Option option in _table.Where(o => names.Contains(o.Name)))
        {
            foreach (string value in arguments.Values(option.Name))
            {
                words.Add(Prefix + option.Name[2..]);
                if (option.Value is not null)
                {
                    words.Add(value);
                }
            }
        }
        return words;
    }

    /// <summary>The help, one line an option.</summary>
    public static string Help() =>
        string.Concat(_table.Append(new Option("--help", null, "show these options")).Select(o => $"  {Prefix}{o.Name[2..]}{(o.Value is null ? "" : " " + o.Value)}\n      {o.Help}\n"));
}
