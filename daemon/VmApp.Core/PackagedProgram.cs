using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.VmApp.Core;

/// <summary>A program that is run from a package.</summary>
/// <param name="Layer">What drive C: starts with: program, system libraries, locale files. The caller disposes of it after the run.</param>
/// <param name="ProgramPath">The program's path on drive C:, parts joined by '/'.</param>
/// <param name="Data">Where its changes are kept; null when they go with the run.</param>
public sealed record PackagedProgram(ReadOnlyLayer Layer, string ProgramPath, IDataFolder? Data)
{
    /// <summary>Folder of the layer with the system's DLLs and its code page and locale files.</summary>
    public const string SystemFolder = "windows/system32";

    /// <summary>The system's files.</summary>
    public IFileSource SystemFiles => Layer.FilesOf(SystemFolder);
}
