using System.Text.Json;
using PortableVirt.Analysis.Needs;

namespace PortableVirt.Cli.Output;

/// <summary>Lists as JSON, for "pvctl explain --json".</summary>
internal static class NeedListJson
{
    /// <summary>A whole list.</summary>
    public static string Summary(NeedList list) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("program", list.Program);
        writer.WriteStartArray("facts");
        foreach ((string name, string value) in list.Facts)
        {
            // Names may come twice.
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("modules");
        foreach (ModuleNeed module in list.Modules)
        {
            writer.WriteStartObject();
            WriteModule(writer, module);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("gates");
        foreach (CodeGate gate in list.Gates)
        {
            writer.WriteStartObject();
            writer.WriteString("module", gate.Module);
            writer.WriteNumber("rva", gate.Rva);
            writer.WriteString("kind", NeedListText.Word(gate.Kind));
            writer.WriteBoolean("confirmed", gate.IsConfirmed);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        WriteTexts(writer, "missing", list.Missing);
        WriteTexts(writer, "unknown", list.Unknown.Select(u => $"{u.Module} {u.What}"));
        writer.WriteStartArray("runs");
        foreach (RunRecord run in list.Runs)
        {
            writer.WriteStartObject();
            writer.WriteString("scenario", run.Scenario);
            WriteTexts(writer, "facts", run.Facts);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Why a module is in a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="name">Lower-case name that was asked for.</param>
    /// <param name="module">The module, or null when no import leads to it.</param>
    public static string Module(NeedList list, string name, ModuleNeed? module) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        if (module is null)
        {
            writer.WriteString("name", name);
        }
        else
        {
            WriteModule(writer, module);
            writer.WriteStartArray("functions");
            foreach (FunctionNeed function in list.Functions.Where(f => f.Module == name))
            {
                writer.WriteStartObject();
                writer.WriteString("importer", function.Importer);
                writer.WriteString("function", function.Function);
                writer.WriteString("kind", NeedListText.Word(function.Kind));
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        WriteTexts(writer, "loadedInRuns", list.Runs.Where(run => run.OfKind("module").Contains(name)).Select(run => run.Scenario));
        writer.WriteEndObject();
    });

    private static void WriteModule(Utf8JsonWriter writer, ModuleNeed module)
    {
        writer.WriteString("name", module.Name);
        writer.WriteString("origin", NeedListText.Word(module.Origin));
        writer.WriteNumber("bytes", module.Length);
        writer.WriteString("sha256", module.Sha256);
        writer.WriteString("neededBy", module.NeededBy.Length == 0 ? null : module.NeededBy);
        writer.WriteBoolean("delayed", module.IsDelayed);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }
        writer.WriteEndArray();
    }
}
