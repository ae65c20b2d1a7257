using System.Text;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Verbs;

namespace PortableVirt.Cli.Shells;

/// <summary>The manual page pvctl(1), made from the verbs' own table.</summary>
public static class ManPage
{
    /// <summary>The page as roff, for man(7).</summary>
    public static string Write()
    {
        StringBuilder text = new();
        text.Append($".TH PVCTL 1 \"\" \"PortableVirt {ProductVersion.Text}\"\n.SH NAME\npvctl \\- runs Windows programs in KVM virtual machines\n");
        text.Append(".SH SYNOPSIS\n.B pvctl\n.I VERB\n[options]\n.SH VERBS\n");
        foreach (Verb verb in VerbTable.All)
        {
            text.Append($".SS \"pvctl {Escape(verb.Name)}{(verb.Options.Count > 0 ? " [options]" : "")}{(verb.Operands.Length > 0 ? " " + Escape(verb.Operands) : "")}\"\n");
            Paragraph(text, verb.Summary + ".");
            foreach (Option option in verb.Options)
            {
                text.Append($".TP\n.B {Escape(option.Short is null ? option.Name : $"{option.Short}, {option.Name}")}{(option.Value is null ? "" : " \\fI" + Escape(option.Value) + "\\fR")}\n");
                Paragraph(text, option.Help + (option.Repeatable ? "; may be repeated." : "."));
            }
            if (verb.Notes.Length != 0)
            {
                text.Append(".PP\n");
                Paragraph(text, verb.Notes);
            }
        }
        text.Append(".SH EXIT STATUS\n");
        Paragraph(text, "Of run, open and packages: the low byte of the program's own code, or 125 where PortableVirt itself failed, 126 where the file cannot be run, 127 where the "
            + "program or a DLL of it was not found. Of analyse and pack: 0, or 125 to 127 as above. Of the other verbs: 0, or 1 where they failed; 125 for a verb that does not exist.");
        return text.ToString();
    }

    private static void Paragraph(StringBuilder text, string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            // A dot or an apostrophe begins a request.
            text.Append(line.Length == 0 ? ".PP" : (line[0] is '.' or '\'' ? "\\&" : "") + Escape(line)).Append('\n');
        }
    }

    private static string Escape(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\"", "\\(dq", StringComparison.Ordinal);
}
