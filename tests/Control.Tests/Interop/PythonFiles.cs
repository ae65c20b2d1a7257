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

    /// <summary>Writes the descriptors of the echo service's messages, as a FileDescriptorSet.</summary>
    public static string WriteDescriptors(string folder) => WriteDescriptors(folder, InteropReflection.Descriptor);

    /// <summary>Writes the descriptors of a file and of what it imports, as a FileDescriptorSet.</summary>
    public static string WriteDescriptors(string folder, FileDescriptor file)
    {
        FileDescriptorSet set = new();
        Add(set, file);
        string path = Path.Combine(folder, "messages.desc");
        File.WriteAllBytes(path, set.ToByteArray());
        return path;
    }

    private static void Add(FileDescriptorSet set, FileDescriptor file)
    {
        if (set.File.Any(f => f.Name == file.Name))
        {
            return;
        }

        foreach (FileDescriptor needed in file.Dependencies)
        {
            Add(set, needed);
        }

        set.File.Add(FileDescriptorProto.Parser.ParseFrom(file.SerializedData));
    }
}
