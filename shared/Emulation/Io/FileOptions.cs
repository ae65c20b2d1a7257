namespace PortableVirt.Emulation.Io;

/// <summary>CreateOptions of NtCreateFile (ntifs.h).</summary>
[Flags]
public enum FileOptions : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>FILE_DIRECTORY_FILE.</summary>
    Directory = 0x1,

    /// <summary>FILE_WRITE_THROUGH.</summary>
    WriteThrough = 0x2,

    /// <summary>FILE_SEQUENTIAL_ONLY.</summary>
    SequentialOnly = 0x4,

    /// <summary>FILE_NO_INTERMEDIATE_BUFFERING.</summary>
    NoBuffering = 0x8,

    /// <summary>FILE_SYNCHRONOUS_IO_ALERT.</summary>
    SynchronousAlert = 0x10,

    /// <summary>FILE_SYNCHRONOUS_IO_NONALERT.</summary>
    SynchronousNonAlert = 0x20,

    /// <summary>FILE_NON_DIRECTORY_FILE.</summary>
    NonDirectory = 0x40,

    /// <summary>FILE_NO_EA_KNOWLEDGE.</summary>
    NoEaKnowledge = 0x200,

    /// <summary>FILE_DELETE_ON_CLOSE.</summary>
    DeleteOnClose = 0x1000,

    /// <summary>FILE_OPEN_BY_FILE_ID.</summary>
    OpenByFileId = 0x2000,

    /// <summary>FILE_OPEN_REPARSE_POINT.</summary>
    OpenReparsePoint = 0x200000,

    /// <summary>All options that Windows 10 knows.</summary>
    Valid = 0x00ffffff,

    /// <summary>What FileModeInformation shows.</summary>
    ModeMask = WriteThrough | SequentialOnly | NoBuffering | SynchronousAlert | SynchronousNonAlert | DeleteOnClose,
}
