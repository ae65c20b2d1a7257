namespace PortableVirt.Analysis.Pe;

/// <summary>IMAGE_OPTIONAL_HEADER.Subsystem. Source: PE format specification, "Windows Subsystem".</summary>
public enum PeSubsystem : ushort
{
    /// <summary>Not set.</summary>
    Unknown = 0,

    /// <summary>Drivers and native programs, which use the NT interface only.</summary>
    Native = 1,

    /// <summary>Programs with windows.</summary>
    WindowsGui = 2,

    /// <summary>Console programs.</summary>
    WindowsConsole = 3,

    /// <summary>OS/2 console programs.</summary>
    Os2Console = 5,

    /// <summary>POSIX console programs.</summary>
    PosixConsole = 7,

    /// <summary>Windows CE.</summary>
    WindowsCe = 9,

    /// <summary>EFI applications.</summary>
    EfiApplication = 10,

    /// <summary>EFI boot-time drivers.</summary>
    EfiBootServiceDriver = 11,

    /// <summary>EFI run-time drivers.</summary>
    EfiRuntimeDriver = 12,

    /// <summary>EFI ROM images.</summary>
    EfiRom = 13,

    /// <summary>Xbox.</summary>
    Xbox = 14,

    /// <summary>Boot applications.</summary>
    WindowsBootApplication = 16,
}
