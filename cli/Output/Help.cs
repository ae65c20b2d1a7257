using System.Text;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Verbs;

namespace PortableVirt.Cli.Output;

/// <summary>Help texts, made from the verbs' own tables.</summary>
public static class Help
{
    /// <summary>Help of pvctl.</summary>
    public static string Overview()
    {
        StringBuilder text = new("Usage: pvctl VERB [options]\n\nRuns Windows programs in KVM virtual machines, without Windows.\n\n");
        foreach (Verb verb in VerbTable.All)
        {
            text.Append($"  {verb.Name,-12}{verb.Summary}\n");
        }

        return text.Append("\n\"pvctl VERB --help\" tells more about a verb.\n").ToString();
    }

    /// <summary>Help of one verb.</summary>
    public static string Of(Verb verb)
    {
        StringBuilder text = new();
        text.Append($"Usage: pvctl {verb.Name}{(verb.Options.Count > 0 ? " [options]" : "")}{(verb.Operands.Length > 0 ? " " : "")}{verb.Operands}\n\n");
        text.Append($"{verb.Summary}.\n");
        if (verb.Options.Count > 0)
        {
            text.Append("\nOptions:\n");
            foreach (Option option in verb.Options)
            {
                string name = option.Short is null ? option.Name : $"{option.Short}, {option.Name}";
                string left = option.Value is null ? name : $"{name} {option.Value}";
                text.Append($"  {left,-28}{option.Help}{(option.Repeatable ? "; may be repeated" : "")}\n");
            }
        }

        return verb.Notes.Length > 0 ? text.Append('\n').Append(verb.Notes).Append('\n').ToString() : text.ToString();
    }
}
