namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Where a file is on the host.</summary>
/// <param name="Tree">The tree that it lies in.</param>
/// <param name="Path">Path in the tree, parts joined by '/'.</param>
/// <param name="ReadOnly">It may not be changed, renamed or deleted.</param>
internal readonly record struct FileLocation(HostTree Tree, string Path, bool ReadOnly);
