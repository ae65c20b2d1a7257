namespace PortableVirt.Emulation.Io.Notify;

/// <summary>Turns FILE_NOTIFY_CHANGE_ filters into inotify(7) events and back.</summary>
internal static class NotifyFilter
{
    public const uint FileName = 0x1, DirectoryName = 0x2, Attributes = 0x4, Size = 0x8, LastWrite = 0x10, LastAccess = 0x20, Creation = 0x40, Security = 0x100;

    /// <summary>All filters that NT knows.</summary>
    public const uint Valid = 0xfff;

    public const uint Access = 0x1, Modify = 0x2, Attribute = 0x4, MovedFrom = 0x40, MovedTo = 0x80, Created = 0x100, Deleted = 0x200;
    public const uint QueueOverflow = 0x4000, Ignored = 0x8000, OnlyDirectory = 0x1000000, IsDirectory = 0x40000000;

    private const uint Names = MovedFrom | MovedTo | Created | Deleted;

    /// <summary>The events to watch for a filter.</summary>
    public static uint ToHost(uint filter) =>
        ((filter & (FileName | DirectoryName | Creation)) != 0 ? Names : 0)
        | ((filter & (Size | LastWrite)) != 0 ? Modify : 0)
        | ((filter & (Attributes | Security)) != 0 ? Attribute : 0)
        | ((filter & LastAccess) != 0 ? Access : 0);

    /// <summary>True when an event is one that the filter asks for: names of files and of directories are told apart.</summary>
    public static bool Wants(uint filter, uint hostEvent) =>
        (hostEvent & Names) == 0 || (filter & ((hostEvent & IsDirectory) != 0 ? DirectoryName : FileName)) != 0;
}
