using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace PortableVirt.Control.Tests.Interop;

/// <summary>What the Python programs of the test need.</summary>
internal static class PythonFiles
{
    /// <summary>Debian's Python, which has Debian's grpcio; another Python on PATH has not.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>Path of a script beside the test assembly.</summary>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Interop", name);

    /// <summary>Writes the descriptors of our own messages, as a FileDescriptorSet.</summary>
    public static string WriteDescriptors(string folder)
    {
        FileDescriptorSet set = new();
        set.File.Add(FileDescriptorProto.Parser.ParseFrom(InteropReflection.Descriptor.SerializedData));
        string path = Path.Combine(folder, "interop.desc");
        File.WriteAllBytes(path, set.ToByteArray());
        return path;
    }
}
