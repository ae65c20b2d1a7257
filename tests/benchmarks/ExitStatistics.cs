using System.Text.Json;
using PortableVirt.Tests.Support;

namespace PortableVirt.Benchmarks;

/// <summary>The counters that <c>pvctl run --stats</c> writes at the end of a run.</summary>
public static class ExitStatistics
{
    private const string Prefix = "portablevirt-stats: ";

    /// <summary>Prints the counters of hello.exe and of packing 50 MB.</summary>
    public static async Task PrintAsync(Contestants contestants)
    {
        await PrintOneAsync("hello.exe", contestants.PortableVirtAsync(contestants.Hello, [], "--stats"));
        await PrintOneAsync(
            "7za.exe packs 50 MB",
            contestants.PortableVirtAsync(contestants.SevenZip, ["a", "-mx=1", "-mmt=2", "-bd", "exits.7z", "data.bin"], "--stats"));
    }

    /// <summary>The counters of a run that was made with --stats.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public static JsonDocument Read(ProgramRun run)
    {
        string line = run.Error.Split('\n').LastOrDefault(text => text.StartsWith(Prefix, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"pvctl run --stats wrote no '{Prefix.Trim()}' line: {run.Describe()}");
        return JsonDocument.Parse(line[Prefix.Length..]);
    }

    private static async Task PrintOneAsync(string name, Task<ProgramRun> running)
    {
        using JsonDocument counters = Read(await running);
        Console.WriteLine($"VM exits and counters of {name}");
        PrintObject(counters.RootElement, "  ");
        Console.WriteLine();
    }

    private static void PrintObject(JsonElement element, string indent)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Console.WriteLine($"{indent}{property.Name}");
                PrintObject(property.Value, indent + "  ");
            }
            else
            {
                Console.WriteLine($"{indent}{property.Name,-24}{property.Value}");
            }
        }
    }
}
