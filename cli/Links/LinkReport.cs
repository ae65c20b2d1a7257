using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Links;

/// <summary>What link and unlink did, for programs.</summary>
internal static class LinkReport
{
    /// <summary>{"package":path,"files":[paths]}.</summary>
    public static string ToJson(string package, IReadOnlyList<string> files) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("package", package);
        writer.WriteStartArray("files");
        foreach (string file in files)
        {
            writer.WriteStringValue(file);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
