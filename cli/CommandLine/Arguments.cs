namespace PortableVirt.Cli.CommandLine;

/// <summary>A verb's command line, taken apart.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, List<string>> _options = new(StringComparer.Ordinal);
    private readonly List<string> _operands = [];

    private Arguments()
    {
    }

    /// <summary>What is not an option, in order.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>True when the user asks for help.</summary>
    public bool Help { get; private set; }

    /// <summary>Takes a command line apart. Options are <c>--name</c>, <c>--name value</c> or <c>--name=value</c>; <c>--</c> ends them.</summary>
    /// <param name="options">The verb's options.</param>
    /// <param name="words">What follows the verb.</param>
    /// <param name="optionsFirst">True: options end at the first operand, so that a program's own arguments are left alone.</param>
    /// <exception cref="UsageException">An unknown option, or one without its value.</exception>
    public static Arguments Parse(IReadOnlyList<Option> options, ReadOnlySpan<string> words, bool optionsFirst)
    {
        Arguments result = new();
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            if (word == "--")
            {
                result._operands.AddRange(words[(i + 1)..]);
                break;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                if (optionsFirst)
                {
                    result._operands.AddRange(words[i..]);
                    break;
                }

                result._operands.Add(word);
                continue;
            }

            if (word is "-h" or "--help")
            {
                result.Help = true;
                continue;
            }

            i += result.AddOption(options, word, i + 1 < words.Length ? words[i + 1] : null);
        }

        return result;
    }

    /// <summary>True when a switch was given.</summary>
    public bool Has(string name) => _options.ContainsKey(name);

    /// <summary>The value of an option, or null when it was not given.</summary>
    public string? Value(string name) => _options.TryGetValue(name, out List<string>? values) ? values[^1] : null;

    /// <summary>The values of a repeatable option, in order.</summary>
    public IReadOnlyList<string> Values(string name) => _options.TryGetValue(name, out List<string>? values) ? values : [];

    private int AddOption(IReadOnlyList<Option> options, string word, string? next)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        Option option = options.FirstOrDefault(o => o.Name == name || (o.Short is not null && o.Short == name))
            ?? throw new UsageException($"there is no option {name}{Suggestion.For(name, options.Select(o => o.Name).Append("--help"))}");
        string? value = equals < 0 ? null : word[(equals + 1)..];
        name = option.Name;
        int taken = 0;
        if (option.Value is null)
        {
            value = value is null ? "" : throw new UsageException($"{name} takes no value");
        }
        else if (value is null)
        {
            value = next ?? throw new UsageException($"{name} needs a value: {name} {option.Value}");
            taken = 1;
        }

        if (!_options.TryGetValue(name, out List<string>? values))
        {
            _options.Add(name, values = []);
        }
        else if (!option.Repeatable)
        {
            throw new UsageException($"{name} is given twice");
        }

        values.Add(value);
        return taken;
    }
}
