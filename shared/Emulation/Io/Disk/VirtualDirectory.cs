namespace PortableVirt.Emulation.Io.Disk;

/// <summary>A directory, or part of one, that has no single host folder behind it.</summary>
internal sealed class VirtualDirectory
{
    /// <summary>Where each entry lies; an entry without a location is itself such a directory.</summary>
    public required IReadOnlyDictionary<string, FileLocation?> Entries { get; init; }

    /// <summary>Its own data.</summary>
    public required FileMetadata Metadata { get; init; }

    /// <summary>Data of a directory that is made up.</summary>
    /// <param name="path">Its path, from which its file id comes.</param>
    /// <param name="time">FILETIME shown for all its times.</param>
    public static FileMetadata MetadataFor(string path, long time)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (char c in path)
        {
            hash = (hash ^ char.ToUpperInvariant(c)) * 0x100000001b3;
        }
        return new FileMetadata
        {
            CreationTime = time,
            LastAccessTime = time,
            LastWriteTime = time,
            ChangeTime = time,
            Attributes = FileAttributeFlags.Directory,
            Links = 1,
            FileId = hash | (1ul << 63),
        };
    }
}
