using System.Text;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>Text files that the assembly holds as resources.</summary>
internal static class EmbeddedText
{
    /// <summary>Reads a resource by its file name.</summary>
    public static string Read(string name)
    {
        using Stream stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the build.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
