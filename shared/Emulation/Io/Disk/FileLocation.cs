namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Where a file is on the host.</summary>
/// <param name="Tree">The tree that it lies in.</param>
/// <param name="Path">Path in the tree, parts joined by '/'.</param>
/// <param name="ReadOnly">It may not be changed, renamed or deleted.</param>
/// <param name="File">The file of a read-only layer that it is; null for what is in the tree.</param>
internal readonly record struct FileLocation(HostTree Tree, string Path, bool ReadOnly, Layers.LayerFile? File = null)
{
    /// <summary>Its data, itself if it is a link; false when it is not there.</summary>
    public bool TryStat(out Host.HostStat stat)
    {
        stat = File?.Stat ?? default;
        return File is not null || Tree.TryStat(Path, false, out stat);
    }
}
