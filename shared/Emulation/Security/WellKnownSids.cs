namespace PortableVirt.Emulation.Security;

/// <summary>Well-known SIDs ([MS-DTYP] 2.4.2.4).</summary>
internal static class WellKnownSids
{
    public static readonly Sid Everyone = Sid.Parse("S-1-1-0");
    public static readonly Sid Local = Sid.Parse("S-1-2-0");
    public static readonly Sid ConsoleLogon = Sid.Parse("S-1-2-1");
    public static readonly Sid Interactive = Sid.Parse("S-1-5-4");
    public static readonly Sid Anonymous = Sid.Parse("S-1-5-7");
    public static readonly Sid Self = Sid.Parse("S-1-5-10");
    public static readonly Sid AuthenticatedUsers = Sid.Parse("S-1-5-11");
    public static readonly Sid ThisOrganization = Sid.Parse("S-1-5-15");
    public static readonly Sid LocalSystem = Sid.Parse("S-1-5-18");
    public static readonly Sid Administrators = Sid.Parse("S-1-5-32-544");
    public static readonly Sid Users = Sid.Parse("S-1-5-32-545");
    public static readonly Sid NtlmAuthentication = Sid.Parse("S-1-5-64-10");
    public static readonly Sid LocalAccount = Sid.Parse("S-1-5-113");
    public static readonly Sid OwnerRights = Sid.Parse("S-1-3-4");
    public static readonly Sid UntrustedIntegrity = Sid.Parse("S-1-16-0");
    public static readonly Sid MediumIntegrity = Sid.Parse("S-1-16-8192");
}
