using System.Text.Json;

namespace PortableVirt.Tests.Support;

/// <summary>Compares JSON of pvctl with the examples of docs/json.md.</summary>
public static class JsonExamples
{
    private const string Fence = "```json\n";

    /// <summary>
    /// Requires that a document has the members of the example, of the same kinds: its own, and those of every element of a list. null stands for any kind.
    /// </summary>
    /// <param name="verb">The section "## pvctl VERB".</param>
    /// <param name="heading">A line in it that the example follows, or "".</param>
    /// <param name="json">The document.</param>
    /// <exception cref="InvalidOperationException">They differ; the message says where.</exception>
    public static void Require(string verb, string heading, string json)
    {
        string text = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "json.md"));
        string section = text[text.IndexOf($"## pvctl {verb}\n", StringComparison.Ordinal)..];
        section = section[section.IndexOf(heading, StringComparison.Ordinal)..];
        int start = section.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        using JsonDocument example = JsonDocument.Parse(section[start..section.IndexOf("\n```", start, StringComparison.Ordinal)]);
        using JsonDocument real = JsonDocument.Parse(json);
        RequireSame(verb, example.RootElement, real.RootElement);
    }

    private static void RequireSame(string where, JsonElement example, JsonElement real)
    {
        if (example.ValueKind == JsonValueKind.Array && real.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement element in real.EnumerateArray())
            {
                RequireSame(where, example[0], element);
            }
            return;
        }
        bool bothNullable = example.ValueKind == JsonValueKind.Null || real.ValueKind == JsonValueKind.Null || (IsBoolean(example) && IsBoolean(real));
        if (!bothNullable && example.ValueKind != real.ValueKind)
        {
            throw new InvalidOperationException($"{where}: {example.ValueKind} in the documentation, {real.ValueKind} in fact");
        }
        if (example.ValueKind == JsonValueKind.Object && real.ValueKind == JsonValueKind.Object)
        {
            string[] named = [.. example.EnumerateObject().Select(m => m.Name)];
            string[] there = [.. real.EnumerateObject().Select(m => m.Name)];
            if (!named.SequenceEqual(there))
            {
                throw new InvalidOperationException($"{where}: {string.Join(", ", named)} in the documentation, {string.Join(", ", there)} in fact");
            }
            foreach (JsonProperty member in example.EnumerateObject())
            {
                RequireSame($"{where}.{member.Name}", member.Value, real.GetProperty(member.Name));
            }
        }
    }

    private static bool IsBoolean(JsonElement element) => element.ValueKind is JsonValueKind.True or JsonValueKind.False;
}
