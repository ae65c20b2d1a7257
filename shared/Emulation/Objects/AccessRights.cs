namespace PortableVirt.Emulation.Objects;

/// <summary>Standard access rights (winnt.h) and process and thread rights that several calls ask for.</summary>
internal static class AccessRights
{
    internal const uint Delete = 0x10000;
    internal const uint ReadControl = 0x20000;
    internal const uint WriteDac = 0x40000;
    internal const uint WriteOwner = 0x80000;
    internal const uint Synchronize = 0x100000;
    internal const uint AccessSystemSecurity = 0x1000000;

    internal const uint ProcessTerminate = 0x1;
    internal const uint ProcessDuplicateHandle = 0x40;
    internal const uint ProcessSetQuota = 0x100;
    internal const uint ProcessQueryInformation = 0x400;
    internal const uint ProcessSuspendResume = 0x800;
    internal const uint ProcessQueryLimitedInformation = 0x1000;

    internal const uint ThreadTerminate = 0x1;
    internal const uint ThreadSuspendResume = 0x2;
    internal const uint ThreadAlert = 0x4;
    internal const uint ThreadSetContext = 0x10;
    internal const uint ThreadSetInformation = 0x20;
    internal const uint ThreadQueryInformation = 0x40;
    internal const uint ThreadSetLimitedInformation = 0x400;
    internal const uint ThreadQueryLimitedInformation = 0x800;
}
