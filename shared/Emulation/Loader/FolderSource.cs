using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Loader;

/// <summary>The files of a host folder.</summary>
/// <param name="folder">Host path.</param>
public sealed class FolderSource(string folder) : IFileSource
{
    /// <inheritdoc/>
    public string Name => folder;

    /// <inheritdoc/>
    public bool Has(string name) => File.Exists(Path.Combine(folder, name));

    /// <inheritdoc/>
    public FileExtent? TryOpen(string name) => FileExtent.TryOpen(Path.Combine(folder, name));
}
