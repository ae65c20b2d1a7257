namespace PortableVirt.Emulation.Io.Disk;

/// <summary>FILE_ATTRIBUTE_ flags and reparse tags (winnt.h).</summary>
internal static class FileAttributeFlags
{
    public const uint ReadOnly = 0x1;
    public const uint Hidden = 0x2;
    public const uint System = 0x4;
    public const uint Directory = 0x10;
    public const uint Archive = 0x20;
    public const uint Normal = 0x80;
    public const uint Temporary = 0x100;
    public const uint ReparsePoint = 0x400;
    public const uint SparseFile = 0x200;
    public const uint NotContentIndexed = 0x2000;

    /// <summary>What a program may set: the rest is the file system's own.</summary>
    public const uint Settable = ReadOnly | Hidden | System | Archive | Normal | Temporary | 0x1000 | NotContentIndexed;

    public const uint TagMountPoint = 0xa0000003;
    public const uint TagSymbolicLink = 0xa000000c;
}
