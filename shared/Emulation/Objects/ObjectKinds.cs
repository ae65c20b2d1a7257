namespace PortableVirt.Emulation.Objects;

/// <summary>The NT object types. Access masks from winnt.h and the generic mappings of Windows 10.</summary>
public static class ObjectKinds
{
    /// <summary>Directory of the object namespace.</summary>
    public static readonly ObjectKind Directory = new(3, "Directory", 0x20003, 0x2000c, 0x20003, 0xf000f);

    /// <summary>Symbolic link of the object namespace.</summary>
    public static readonly ObjectKind SymbolicLink = new(4, "SymbolicLink", 0x20001, 0x20000, 0x20001, 0xf0001);

    /// <summary>Token.</summary>
    public static readonly ObjectKind Token = new(5, "Token", 0x2001a, 0x201e0, 0x20005, 0xf01ff);

    /// <summary>Job.</summary>
    public static readonly ObjectKind Job = new(6, "Job", 0x20004, 0x2000b, 0x120000, 0x1f001f);

    /// <summary>Process.</summary>
    public static readonly ObjectKind Process = new(7, "Process", 0x20410, 0x20bea, 0x121001, 0x1fffff);

    /// <summary>Thread.</summary>
    public static readonly ObjectKind Thread = new(8, "Thread", 0x20048, 0x20437, 0x121800, 0x1fffff);

    /// <summary>Debug object.</summary>
    public static readonly ObjectKind DebugObject = new(12, "DebugObject", 0x20001, 0x20002, 0x120000, 0x1f000f);

    /// <summary>Event.</summary>
    public static readonly ObjectKind Event = new(13, "Event", 0x20001, 0x20002, 0x120000, 0x1f0003);

    /// <summary>Mutant (mutex).</summary>
    public static readonly ObjectKind Mutant = new(14, "Mutant", 0x20001, 0x20000, 0x120000, 0x1f0001);

    /// <summary>Semaphore.</summary>
    public static readonly ObjectKind Semaphore = new(16, "Semaphore", 0x20001, 0x20002, 0x120000, 0x1f0003);

    /// <summary>Timer.</summary>
    public static readonly ObjectKind Timer = new(17, "Timer", 0x20001, 0x20002, 0x120000, 0x1f0003);

    /// <summary>Keyed event.</summary>
    public static readonly ObjectKind KeyedEvent = new(21, "KeyedEvent", 0x20001, 0x20002, 0x20000, 0xf0003);

    /// <summary>Window station.</summary>
    public static readonly ObjectKind WindowStation = new(22, "WindowStation", 0x20303, 0x2001c, 0x20060, 0xf037f);

    /// <summary>Desktop.</summary>
    public static readonly ObjectKind Desktop = new(23, "Desktop", 0x20041, 0x200be, 0x20100, 0xf01ff);

    /// <summary>I/O completion port.</summary>
    public static readonly ObjectKind IoCompletion = new(35, "IoCompletion", 0x20001, 0x20002, 0x120000, 0x1f0003);

    /// <summary>Wait completion packet.</summary>
    public static readonly ObjectKind WaitCompletionPacket = new(36, "WaitCompletionPacket", 0x20001, 0x20001, 0x20001, 0xf0001);

    /// <summary>File, directory, pipe, device or socket.</summary>
    public static readonly ObjectKind File = new(37, "File", 0x120089, 0x120116, 0x1200a0, 0x1f01ff);

    /// <summary>Section.</summary>
    public static readonly ObjectKind Section = new(42, "Section", 0x20005, 0x20002, 0x20008, 0xf001f);

    /// <summary>Registry key.</summary>
    public static readonly ObjectKind Key = new(44, "Key", 0x20019, 0x20006, 0x20039, 0xf003f);

    /// <summary>ALPC port.</summary>
    public static readonly ObjectKind Port = new(46, "ALPC Port", 0x20001, 0x10001, 0x0, 0x1f0001);

    /// <summary>All types, by index.</summary>
    public static IReadOnlyList<ObjectKind> All { get; } =
    [
        Directory, SymbolicLink, Token, Job, Process, Thread, DebugObject, Event, Mutant, Semaphore, Timer, KeyedEvent,
        WindowStation, Desktop, IoCompletion, WaitCompletionPacket, File, Section, Key, Port,
    ];
}
