namespace PortableVirt.Tests.Support;

/// <summary>A new empty folder that is deleted when the test ends.</summary>
public sealed class ScratchFolder : IDisposable
{
    /// <summary>Makes the folder below the system's temporary folder.</summary>
    public ScratchFolder() => Path = Directory.CreateTempSubdirectory("portablevirt-test-").FullName;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Absolute path of something below this folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
