using System.Text;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Verbs;

namespace PortableVirt.Cli.Shells;

/// <summary>Completion scripts of shells, made from the verbs' own table: verbs, their options, and files everywhere else.</summary>
public static class ShellCompletion
{
    /// <summary>The shells that are known.</summary>
    public static readonly IReadOnlyList<string> Shells = ["bash", "zsh", "fish"];

    /// <summary>The script for a shell of <see cref="Shells"/>.</summary>
    public static string Script(string shell) => shell switch
    {
        "bash" => Bash(),
        "zsh" => Zsh(),
        _ => Fish(),
    };

    private static IEnumerable<Option> OptionsOf(Verb verb) => verb.Options.Append(Option.ShowHelp);

    private static string Bash()
    {
        StringBuilder text = new();
        text.Append("# bash completion of pvctl\n_pvctl() {\n    local word=${COMP_WORDS[COMP_CWORD]} words\n    COMPREPLY=()\n");
        text.Append($"    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '{string.Join(' ', VerbTable.All.Select(v => v.Name))}' -- \"$word\"))\n        return\n    fi\n");
        text.Append("    case ${COMP_WORDS[1]} in\n");
        foreach (Verb verb in VerbTable.All)
        {
            text.Append($"        {verb.Name}) words='{string.Join(' ', OptionsOf(verb).Select(o => o.Name))}' ;;\n");
        }
        text.Append($"        help) words='{string.Join(' ', VerbTable.All.Select(v => v.Name))}' ;;\n    esac\n");
        text.Append("    if [[ $word == -* || ${COMP_WORDS[1]} == help ]]; then\n        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n");
        return text.Append("    else\n        local IFS=$'\\n'\n        COMPREPLY=($(compgen -f -- \"$word\"))\n    fi\n}\ncomplete -o filenames -F _pvctl pvctl\n").ToString();
    }

    private static string Zsh()
    {
        StringBuilder text = new("#compdef pvctl\n# zsh completion of pvctl\n_pvctl() {\n    if (( CURRENT == 2 )); then\n        local -a verbs=(\n");
        foreach (Verb verb in VerbTable.All)
        {
            text.Append($"            {Quote($"{verb.Name}:{verb.Summary}")}\n");
        }
        text.Append("        )\n        _describe verb verbs\n        return\n    fi\n    local verb=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $verb in\n");
        foreach (Verb verb in VerbTable.All)
        {
            text.Append($"        {verb.Name}) _arguments");
            foreach (Option option in OptionsOf(verb))
            {
                // In a specification brackets and colons have a meaning.
                string help = option.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
                string value = option.Value is null ? "" : $":{option.Value.Replace(":", "\\:", StringComparison.Ordinal)}:_files";
                text.Append(' ').Append(Quote($"{(option.Repeatable ? "*" : "")}{option.Name}[{help}]{value}"));
            }
            text.Append(" '*:file:_files' ;;\n");
        }
        return text.Append("    esac\n}\n_pvctl \"$@\"\n").ToString();
    }

    private static string Fish()
    {
        StringBuilder text = new("# fish completion of pvctl\n");
        foreach (Verb verb in VerbTable.All)
        {
            text.Append($"complete -c pvctl -n __fish_use_subcommand -f -a {verb.Name} -d {FishQuote(verb.Summary)}\n");
            foreach (Option option in OptionsOf(verb))
            {
                text.Append($"complete -c pvctl -n '__fish_seen_subcommand_from {verb.Name}' -l {option.Name[2..]}{(option.Value is null ? "" : " -r")} -d {FishQuote(option.Help)}\n");
            }
        }
        return text.ToString();
    }

    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string FishQuote(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
