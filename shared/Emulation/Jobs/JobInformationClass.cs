namespace PortableVirt.Emulation.Jobs;

/// <summary>JOBOBJECTINFOCLASS, the values that are answered (winnt.h).</summary>
internal enum JobInformationClass : uint
{
    BasicAccounting = 1,
    BasicLimits = 2,
    ProcessIds = 3,
    UiRestrictions = 4,
    EndOfJobTime = 6,
    CompletionPort = 7,
    BasicAndIoAccounting = 8,
    ExtendedLimits = 9,
    Groups = 11,
}
