using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>What NT tells about a file without opening its data. Times are FILETIME, sizes are bytes.</summary>
public readonly record struct FileMetadata
{
    /// <summary>Creation time.</summary>
    public long CreationTime { get; init; }

    /// <summary>Last access time.</summary>
    public long LastAccessTime { get; init; }

    /// <summary>Last write time.</summary>
    public long LastWriteTime { get; init; }

    /// <summary>Time of the last change of data or attributes.</summary>
    public long ChangeTime { get; init; }

    /// <summary>End of file; 0 for directories.</summary>
    public long EndOfFile { get; init; }

    /// <summary>Space on disk; 0 for directories.</summary>
    public long AllocationSize { get; init; }

    /// <summary>FILE_ATTRIBUTE_ flags.</summary>
    public uint Attributes { get; init; }

    /// <summary>IO_REPARSE_TAG_ value; 0 without FILE_ATTRIBUTE_REPARSE_POINT.</summary>
    public uint ReparseTag { get; init; }

    /// <summary>What the extended attributes take, packed; known of directory entries only.</summary>
    public uint EaSize { get; init; }

    /// <summary>Hard links.</summary>
    public uint Links { get; init; }

    /// <summary>Number that is the file's own on its volume.</summary>
    public ulong FileId { get; init; }

    /// <summary>True for directories (and links to them).</summary>
    public bool IsDirectory => (Attributes & FileAttributeFlags.Directory) != 0;

    /// <summary>
    /// From the host's view: READONLY when nobody may write, REPARSE_POINT for a symbolic link, ARCHIVE for other files;
    /// creation time is the birth time, or the earliest of the other times where the file system keeps none.
    /// </summary>
    /// <param name="linkTargetIsDirectory">For a symbolic link: whether it leads to a directory.</param>
    internal static FileMetadata FromHost(in HostStat stat, bool linkTargetIsDirectory = false)
    {
        long write = stat.ModifyTime.ToFileTime();
        long change = stat.ChangeTime.ToFileTime();
        uint attributes = stat.IsDirectory || (stat.IsLink && linkTargetIsDirectory) ? FileAttributeFlags.Directory : FileAttributeFlags.Archive;
        if (stat.IsLink)
        {
            attributes = (attributes & FileAttributeFlags.Directory) | FileAttributeFlags.ReparsePoint;
        }
        else if ((stat.Mode & 0x92) == 0)
        {
            attributes |= FileAttributeFlags.ReadOnly;
        }
        bool hasData = stat.IsRegular;
        return new FileMetadata
        {
            CreationTime = (stat.Mask & HostStat.BirthTimeMask) != 0 ? stat.BirthTime.ToFileTime() : Math.Min(write, change),
            LastAccessTime = stat.AccessTime.ToFileTime(),
            LastWriteTime = write,
            ChangeTime = change,
            EndOfFile = hasData ? stat.Size : 0,
            AllocationSize = hasData ? Allocated(stat) : 0,
            Attributes = attributes,
            ReparseTag = stat.IsLink ? FileAttributeFlags.TagSymbolicLink : 0,
            Links = stat.IsDirectory ? 1 : stat.Links,
            FileId = stat.Key.FileId,
        };
    }

    /// <summary>Blocks on disk, but no less than the file needs: file systems that allocate late report none yet.</summary>
    private static long Allocated(in HostStat stat) => Math.Max((long)(stat.Blocks * 512), (stat.Size + 4095) & ~4095L);
}
