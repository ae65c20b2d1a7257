namespace PortableVirt.Emulation.Io.Notify;

/// <summary>FILE_ACTION_ values (winnt.h).</summary>
internal enum NotifyAction : uint
{
    Added = 1,
    Removed = 2,
    Modified = 3,
    RenamedOldName = 4,
    RenamedNewName = 5,
}
