using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>An open directory that a volume makes up, for example a folder on the way to a grant. It cannot be changed.</summary>
internal sealed class VirtualDirectoryFile(Executive executive, uint access, uint share, FileOptions options, Volume volume, string path, VirtualDirectory directory)
    : FileObject(executive, access, share, options), IDirectorySource
{
    /// <inheritdoc/>
    public override uint DeviceType => DiskFile.DiskFileSystemType;

    /// <summary>The volume.</summary>
    public Volume Volume => volume;

    /// <summary>Path on the volume, parts joined by '/'.</summary>
    public string Path => path;

    /// <inheritdoc/>
    public override string ObjectName => $@"\??\{volume.Letter}:{FileName}";

    /// <inheritdoc/>
    public override string FileName => "\\" + path.Replace('/', '\\');

    /// <inheritdoc/>
    public DirectoryEnumeration Enumeration { get; } = new();

    /// <inheritdoc/>
    public bool IsRoot => path.Length == 0;

    /// <summary>Data of an entry of such a directory.</summary>
    public static bool TryGetMetadata(FileLocation? entry, out FileMetadata metadata)
    {
        metadata = VirtualDirectory.MetadataFor("", 0);
        if (entry is not { } location)
        {
            return true;
        }
        if (location.File is { } layered)
        {
            metadata = FileMetadata.FromHost(layered.Stat);
            return true;
        }
        if (!location.Tree.TryStat(location.Path, true, out HostStat stat))
        {
            return false;
        }
        metadata = FileMetadata.FromHost(stat);
        return true;
    }

    /// <inheritdoc/>
    public NtStatus ReadNames(List<string> names)
    {
        names.AddRange(directory.Entries.Keys);
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public NtStatus FindName(string name, out string actual)
    {
        actual = directory.Entries.Keys.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
        return directory.Entries.ContainsKey(name) ? NtStatus.Success : NtStatus.ObjectNameNotFound;
    }

    /// <inheritdoc/>
    public bool TryGetEntry(string name, out FileMetadata metadata)
    {
        metadata = directory.Metadata;
        if (name is "." or "..")
        {
            return true;
        }
        if (!directory.Entries.TryGetValue(name, out FileLocation? entry) || !TryGetMetadata(entry, out FileMetadata found))
        {
            return false;
        }
        metadata = entry is null ? VirtualDirectory.MetadataFor($"{volume.Letter}:/{HostTree.Join(path, name)}", directory.Metadata.CreationTime) : found;
        return true;
    }

    /// <inheritdoc/>
    internal override NtStatus QueryMetadata(out FileMetadata metadata)
    {
        metadata = directory.Metadata;
        return NtStatus.Success;
    }
}
