using System.Globalization;
using System.Text.Json;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;
using PortableVirt.VirtualLayer.Unseen;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl policy.</summary>
public sealed class PolicyVerb : Verb
{
    private static readonly string[] s_words = ["show", "check", "explain"];

    /// <inheritdoc/>
    public override string Name => "policy";

    /// <inheritdoc/>
    public override string Operands => "show [APP|NAME|FILE] | check FILE | explain [APP|NAME|FILE] KIND WHAT";

    /// <inheritdoc/>
    public override string Summary => "Shows and checks what decides about a packed program's needs that its package does not hold";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        The policy is part of a package ("pvctl pack --policy FILE"); without a package, the default one is meant. explain tells what happens with one need and
        which rule says so; KIND is library, file, function, system-call, page or gate, WHAT its name. Unpacked programs have no such policy: nothing of them is
        denied by name.
        Which host files and networks a program sees is said by each run (--grant, --private, --network; "pvctl inspect VM" shows them for VMs of the
        daemon), and no policy file widens it.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        bool json = arguments.Has(Option.Json.Name);
        string text = arguments.Operands switch
        {
            ["show"] => Show("default", UnseenPolicy.Default, json),
            ["show", var source] => Show(source, Find(source), json),
            ["check", var file] => Check(file, json),
            ["explain", var kind, var name] => Explain("default", UnseenPolicy.Default, kind, name, json),
            ["explain", var source, var kind, var name] => Explain(source, Find(source), kind, name, json),
            [var word, ..] when !s_words.Contains(word) => throw new UsageException($"there is no \"policy {word}\"{Suggestion.For(word, s_words)}"),
            _ => throw new UsageException($"what about the policy? {Operands}"),
        };
        Console.Out.Write(text);
        return Task.FromResult(0);
    }

    private static string Show(string source, UnseenPolicy policy, bool json) => !json ? UnseenPolicyText.Write(policy) : Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("source", source);
        writer.WriteBoolean("strictCode", policy.StrictCode);
        writer.WriteStartArray("rules");
        foreach (UnseenRule rule in policy.Rules)
        {
            Write(writer, rule);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static string Check(string file, bool json)
    {
        int own = Parse(file, File.ReadAllText(file)).Rules.Count - UnseenPolicy.Default.Rules.Count;
        return !json ? $"{file}: {own.ToString(CultureInfo.InvariantCulture)} rules besides the default ones, no errors\n" : Json.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("file", file);
            writer.WriteNumber("rules", own);
            writer.WriteEndObject();
        });
    }

    private static string Explain(string source, UnseenPolicy policy, string kindWord, string name, bool json)
    {
        UnseenKind[] kinds = [.. Enum.GetValues<UnseenKind>()];
        int index = Array.FindIndex(kinds, k => UnseenPolicyText.WordOf(k) == kindWord);
        if (index < 0)
        {
            string[] words = [.. kinds.Select(UnseenPolicyText.WordOf)];
            throw new UsageException($"\"{kindWord}\" is no kind of need: write {string.Join(", ", words)}{Suggestion.For(kindWord, words)}");
        }
        UnseenKind kind = kinds[index];
        UnseenAction action = policy.For(kind, name);
        int rule = policy.Rules.ToList().FindLastIndex(r => r.Kind == kind && r.Fits(name));
        if (json)
        {
            return Json.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("source", source);
                writer.WriteString("kind", kindWord);
                writer.WriteString("name", name);
                writer.WriteString("action", action.ToString().ToLowerInvariant());
                writer.WritePropertyName("rule");
                if (rule < 0)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    Write(writer, policy.Rules[rule]);
                }
                writer.WriteEndObject();
            });
        }
        string what = action switch
        {
            UnseenAction.Allow => "is given, and nothing is said",
            UnseenAction.Report => "is given, and recorded for \"pvctl pack --learn\"",
            _ => "is denied, as if it did not exist, and told after the run",
        };
        string why = rule < 0 ? "no rule fits" : rule < UnseenPolicy.Default.Rules.Count
            ? $"a default rule: {TextOf(policy.Rules[rule])}" : $"rule {(rule + 1 - UnseenPolicy.Default.Rules.Count).ToString(CultureInfo.InvariantCulture)}: {TextOf(policy.Rules[rule])}";
        return $"{kindWord} {Table.Plain(name)}, where the package does not hold it, {what} ({why})\n";
    }

    private static string TextOf(UnseenRule rule) => $"{UnseenPolicyText.WordOf(rule.Kind)} {rule.Action.ToString().ToLowerInvariant()}{(rule.Pattern == UnseenRule.Any ? "" : " " + Table.Plain(rule.Pattern))}";

    private static void Write(Utf8JsonWriter writer, UnseenRule rule)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", UnseenPolicyText.WordOf(rule.Kind));
        writer.WriteString("action", rule.Action.ToString().ToLowerInvariant());
        writer.WriteString("pattern", rule.Pattern);
        writer.WriteEndObject();
    }

    /// <summary>The policy of a package, or of a text file.</summary>
    private static UnseenPolicy Find(string source)
    {
        string path = PackageIndex.PathOf(source);
        if (!PackageStart.IsPackage(path))
        {
            return Parse(source, File.ReadAllText(path));
        }
        using PackageReader reader = PackageReader.TryOpen(path) ?? throw new PackageException($"{path} is no package any more");
        return PackageMount.ReadText(reader, PackageFacts.PolicyPath) is { } text ? Parse(source, text) : UnseenPolicy.Default;
    }

    private static UnseenPolicy Parse(string source, string text)
    {
        try
        {
            UnseenPolicy policy = UnseenPolicyText.Read(text);
            // A package spells out the default rules, which reading puts in front of any text.
            int count = UnseenPolicy.Default.Rules.Count;
            return policy.Rules.Skip(count).Take(count).SequenceEqual(UnseenPolicy.Default.Rules) ? policy with { Rules = [.. policy.Rules.Skip(count)] } : policy;
        }
        catch (FormatException e)
        {
            throw new FailedException($"{source}: {e.Message}", 1);
        }
    }
}
