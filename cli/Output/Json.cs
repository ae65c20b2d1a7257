using System.Text;
using System.Text.Json;

namespace PortableVirt.Cli.Output;

/// <summary>JSON for programs.</summary>
public static class Json
{
    /// <summary>One JSON document, with a line feed at its end.</summary>
    public static string Document(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    /// <summary>A failure: {"error":{"message":text,"exitCode":N}}.</summary>
    public static string Error(string message, int exitCode) => Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("message", message);
        writer.WriteNumber("exitCode", exitCode);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
