using System.Text;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>Text files that the assembly holds as resources.</summary>
internal static class EmbeddedText
{
    /// <summary>Reads a resource by its file name.</summary>
    public static string Read(string name) => Encoding.UTF8.GetString(Bytes(name));

    /// <summary>A resource in UTF-8, where it lies: nothing is copied.</summary>
    public static unsafe ReadOnlySpan<byte> Bytes(string name)
    {
        Stream stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the build.");
        // Resources are part of the loaded assembly, which is never unloaded.
        UnmanagedMemoryStream memory = (UnmanagedMemoryStream)stream;
        return new ReadOnlySpan<byte>(memory.PositionPointer, checked((int)memory.Length));
    }
}
