using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Loader;

/// <summary>A flat set of read-only files: a host folder, or a part of a package.</summary>
public interface IFileSource
{
    /// <summary>What it is, for messages: a host path.</summary>
    string Name { get; }

    /// <summary>True when there is a file of this name.</summary>
    /// <param name="name">File name in lower case.</param>
    bool Has(string name);

    /// <summary>Opens a file, which the caller closes; null when there is none or it must not be read.</summary>
    /// <param name="name">File name in lower case.</param>
    FileExtent? TryOpen(string name);
}
