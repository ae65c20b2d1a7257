namespace PortableVirt.Emulation.Io.Host;

/// <summary>An entry of a host folder as getdents64(2) gives it.</summary>
/// <param name="Inode">Inode number; at a mount point that of the folder below the mount.</param>
/// <param name="Type">DT_ value; 0 where the file system does not tell.</param>
/// <param name="Name">Name in Windows spelling.</param>
internal readonly record struct HostDirectoryEntry(ulong Inode, byte Type, string Name)
{
    private const byte Unknown = 0, Directory = 4;

    /// <summary>It is a directory, or may be one.</summary>
    public bool MayBeDirectory => Type is Directory or Unknown;
}
