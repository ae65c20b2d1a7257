namespace PortableVirt.Cell.Landlock;

/// <summary>LANDLOCK_ACCESS_FS_... of linux/landlock.h, and what versions of the kernel's interface know of them.</summary>
[Flags]
internal enum LandlockRights : ulong
{
    None = 0,
    Execute = 1 << 0,
    WriteFile = 1 << 1,
    ReadFile = 1 << 2,
    ReadFolder = 1 << 3,
    RemoveFolder = 1 << 4,
    RemoveFile = 1 << 5,
    MakeCharacterDevice = 1 << 6,
    MakeFolder = 1 << 7,
    MakeFile = 1 << 8,
    MakeSocket = 1 << 9,
    MakePipe = 1 << 10,
    MakeBlockDevice = 1 << 11,
    MakeLink = 1 << 12,
    Move = 1 << 13,
    Truncate = 1 << 14,
    ControlDevice = 1 << 15,

    /// <summary>What a rule on a file may hold.</summary>
    OfFiles = Execute | WriteFile | ReadFile | Truncate | ControlDevice,
    Read = ReadFile | ReadFolder,
    Change = Read | WriteFile | Truncate | RemoveFolder | RemoveFile | MakeFolder | MakeFile | MakeLink | Move,
    All = 0xFFFF,
}
