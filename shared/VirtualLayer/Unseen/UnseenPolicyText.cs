using System.Text;

namespace PortableVirt.VirtualLayer.Unseen;

/// <summary>
/// A policy as text. Rules are added to the default policy; the last one that fits a name counts:
/// <code>
/// PortableVirt Policy 1
/// # KIND ACTION [NAME], where NAME may hold *
/// library allow version.dll
/// system-call deny NtLoadDriver
/// code strict
/// </code>
/// Kinds: library, file, function, system-call, page, gate. Actions: allow, report, deny. "code strict" or "code plain".
/// </summary>
public static class UnseenPolicyText
{
    /// <summary>The first line.</summary>
    public const string Header = "PortableVirt Policy 1";

    /// <summary>Most rules of a policy.</summary>
    public const int MostRules = 4096;

    /// <summary>Longest name or pattern.</summary>
    public const int LongestPattern = 512;

    private const string Kinds = "library, file, function, system-call, page or gate";

    /// <summary>The words by <see cref="UnseenKind"/>. Written out: to ask the runtime for the names of an enumeration costs a start 0.1 ms.</summary>
    private static readonly string[] s_kinds = ["library", "file", "function", "system-call", "page", "gate"];

    private static readonly string[] s_actions = ["allow", "report", "deny"];

    /// <summary>Writes all rules of a policy, the default ones too.</summary>
    public static string Write(UnseenPolicy policy)
    {
        StringBuilder text = new(Header + "\n");
        foreach (UnseenRule rule in policy.Rules)
        {
            text.Append(WordOf(rule.Kind)).Append(' ').Append(s_actions[(int)rule.Action]);
            text.Append(rule.Pattern == UnseenRule.Any ? "\n" : $" {rule.Pattern}\n");
        }
        return text.Append(policy.StrictCode ? "code strict\n" : "code plain\n").ToString();
    }

    /// <summary>Reads a policy: the default one with the text's rules behind it.</summary>
    /// <exception cref="FormatException">A line is none; the message has its number and says what to write instead.</exception>
    public static UnseenPolicy Read(string text)
    {
        List<UnseenRule> rules = [.. UnseenPolicy.Default.Rules];
        bool strict = UnseenPolicy.Default.StrictCode;
        string[] lines = text.Split('\n');
        if (lines[0].TrimEnd('\r') != Header)
        {
            throw new FormatException(lines[0].StartsWith(Header[..^1], StringComparison.Ordinal)
                ? $"line 1: this program reads policies of version 1: write \"{Header}\", or use the PortableVirt that the policy was written for"
                : $"line 1: the first line of a policy is \"{Header}\"");
        }
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length != 0 && line[0] != '#')
            {
                string? problem = ReadLine(line, rules, ref strict);
                if (problem is not null)
                {
                    throw new FormatException($"line {i + 1}: {problem}");
                }
            }
        }
        return new UnseenPolicy(rules, strict);
    }

    /// <summary>The word for a kind: "system-call".</summary>
    public static string WordOf(UnseenKind kind) => s_kinds[(int)kind];

    private static string? ReadLine(string line, List<UnseenRule> rules, ref bool strict)
    {
        string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words[0] == "code")
        {
            strict = words.Length == 2 && words[1] == "strict";
            return words.Length == 2 && words[1] is "strict" or "plain" ? null : "write \"code strict\" or \"code plain\"";
        }
        int kind = Array.IndexOf(s_kinds, words[0]);
        if (kind < 0)
        {
            return $"\"{Shorten(words[0])}\" is no kind: write {Kinds}, or code";
        }
        int action = words.Length > 1 ? Array.IndexOf(s_actions, words[1]) : -1;
        if (action < 0)
        {
            return $"\"{(words.Length > 1 ? Shorten(words[1]) : "")}\" is no action: write \"{words[0]} allow\", \"{words[0]} report\" or \"{words[0]} deny\"";
        }
        string pattern = words.Length == 3 ? words[2] : UnseenRule.Any;
        if (pattern.Length > LongestPattern || pattern.Any(char.IsControl))
        {
            return $"the name has more than {LongestPattern} characters, or control characters: write a shorter one, * stands for any characters";
        }
        if (rules.Count >= MostRules)
        {
            return $"a policy has at most {MostRules} rules: use * to say several in one";
        }
        rules.Add(new UnseenRule((UnseenKind)kind, (UnseenAction)action, pattern));
        return null;
    }

    private static string Shorten(string word) => string.Concat(word.Take(40).Select(c => char.IsControl(c) ? '?' : c));
}
