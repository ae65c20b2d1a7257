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
}
