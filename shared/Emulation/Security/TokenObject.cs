using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Security;

/// <summary>
/// An access token. The user is a standard user of an interactive session: not elevated, medium integrity. What can change is
/// guarded by <see cref="Lock"/>.
/// </summary>
public sealed class TokenObject : KernelObject
{
    /// <summary>LUID of the interactive logon session.</summary>
    public const ulong LogonSession = 0x1a2b4;

    private const uint GroupDefault = SidAndAttributes.Mandatory | SidAndAttributes.EnabledByDefault | SidAndAttributes.Enabled;
    private static ulong _lastLuid = 0x10000;

    private TokenObject(Sid user, List<SidAndAttributes> groups, List<TokenPrivilege> privileges, List<SidAndAttributes> restrictedSids)
        : base(ObjectKinds.Token)
    {
        User = user;
        Groups = groups;
        Privileges = privileges;
        RestrictedSids = restrictedSids;
        Owner = user;
        PrimaryGroup = groups.Count == 0 ? user : groups[0].Sid;
        ModifiedId = TokenId;
    }

    /// <summary>Guards the token's changing parts.</summary>
    public Lock Lock { get; } = new();

    /// <summary>LUID of the token.</summary>
    public ulong TokenId { get; } = NextLuid();

    /// <summary>LUID that changes with every change of the token.</summary>
    public ulong ModifiedId { get; internal set; }

    /// <summary>LUID of the logon session.</summary>
    public ulong AuthenticationId { get; private init; } = LogonSession;

    /// <summary>The user.</summary>
    public Sid User { get; }

    /// <summary>The groups.</summary>
    public List<SidAndAttributes> Groups { get; }

    /// <summary>The privileges.</summary>
    public List<TokenPrivilege> Privileges { get; }

    /// <summary>SIDs of a restricted token; empty otherwise.</summary>
    public List<SidAndAttributes> RestrictedSids { get; }

    /// <summary>Owner of new objects.</summary>
    public Sid Owner { get; internal set; }

    /// <summary>Primary group of new objects.</summary>
    public Sid PrimaryGroup { get; internal set; }

    /// <summary>DACL of new objects, or null for none.</summary>
    public byte[]? DefaultDacl { get; internal set; }

    /// <summary>Integrity level.</summary>
    public Sid IntegrityLevel { get; internal set; } = WellKnownSids.MediumIntegrity;

    /// <summary>Primary token instead of an impersonation token.</summary>
    public bool IsPrimary { get; private init; } = true;

    /// <summary>Level of an impersonation token.</summary>
    public ImpersonationLevel Level { get; private init; } = ImpersonationLevel.Anonymous;

    /// <summary>Session.</summary>
    public uint SessionId { get; private init; } = 1;

    /// <summary>True for a restricted token.</summary>
    public bool IsRestricted => RestrictedSids.Count != 0;

    /// <summary>A new locally unique number.</summary>
    public static ulong NextLuid() => Interlocked.Increment(ref _lastLuid);

    /// <summary>The primary token of the guest's user.</summary>
    public static TokenObject CreateUserToken(SystemInfo.MachineIdentity machine)
    {
        Sid user = Sid.Parse(machine.UserSid);
        string domain = machine.UserSid[..machine.UserSid.LastIndexOf('-')];
        Sid logon = Sid.Parse($"S-1-5-5-0-{LogonSession}");
        List<SidAndAttributes> groups =
        [
            new(Sid.Parse(domain + "-513"), GroupDefault),
            new(WellKnownSids.Everyone, GroupDefault),
            new(WellKnownSids.LocalAccount, GroupDefault),
            new(WellKnownSids.Users, GroupDefault),
            new(WellKnownSids.Interactive, GroupDefault),
            new(WellKnownSids.ConsoleLogon, GroupDefault),
            new(WellKnownSids.AuthenticatedUsers, GroupDefault),
            new(WellKnownSids.ThisOrganization, GroupDefault),
            new(logon, GroupDefault | SidAndAttributes.LogonId),
            new(WellKnownSids.Local, GroupDefault),
            new(WellKnownSids.NtlmAuthentication, GroupDefault),
        ];
        List<TokenPrivilege> privileges =
        [
            new(TokenPrivilege.Shutdown, 0),
            new(TokenPrivilege.ChangeNotify, TokenPrivilege.Enabled | TokenPrivilege.EnabledByDefault),
            new(TokenPrivilege.Undock, 0),
            new(TokenPrivilege.IncreaseWorkingSet, 0),
            new(TokenPrivilege.TimeZone, 0),
        ];
        const uint genericAll = 0x10000000, genericReadExecute = 0xa0000000;
        return new TokenObject(user, groups, privileges, [])
        {
            DefaultDacl = AccessControlList.Build((user, genericAll), (WellKnownSids.LocalSystem, genericAll), (logon, genericReadExecute)),
        };
    }

    /// <summary>The token of an anonymous caller.</summary>
    public static TokenObject CreateAnonymousToken() =>
        new(WellKnownSids.Anonymous, [new(WellKnownSids.Everyone, GroupDefault)], [], [])
        {
            IsPrimary = false,
            Level = ImpersonationLevel.Impersonation,
            AuthenticationId = 0x3e6,
            SessionId = 0,
            IntegrityLevel = WellKnownSids.UntrustedIntegrity,
        };

    /// <summary>A copy; with <paramref name="effectiveOnly"/> without what is disabled.</summary>
    public TokenObject Duplicate(bool isPrimary, ImpersonationLevel level, bool effectiveOnly)
    {
        lock (Lock)
        {
            IEnumerable<SidAndAttributes> groups = Groups.Where(g => !effectiveOnly || (g.Attributes & (SidAndAttributes.Enabled | SidAndAttributes.DenyOnly)) != 0);
            IEnumerable<TokenPrivilege> privileges = Privileges.Where(p => !effectiveOnly || (p.Attributes & TokenPrivilege.Enabled) != 0);
            return new TokenObject(User, [.. groups], [.. privileges], [.. RestrictedSids])
            {
                Owner = Owner,
                PrimaryGroup = PrimaryGroup,
                DefaultDacl = DefaultDacl,
                IntegrityLevel = IntegrityLevel,
                IsPrimary = isPrimary,
                Level = isPrimary ? ImpersonationLevel.Anonymous : level,
                AuthenticationId = AuthenticationId,
                SessionId = SessionId,
                ModifiedId = ModifiedId,
                SecurityDescriptor = SecurityDescriptor,
            };
        }
    }

    /// <summary>True when the privilege is there and enabled.</summary>
    public bool HasPrivilege(ulong luid)
    {
        lock (Lock)
        {
            return Privileges.Exists(p => p.Luid == luid && (p.Attributes & TokenPrivilege.Enabled) != 0);
        }
    }

    /// <summary>True when an access-control entry for the SID applies to the token; deny entries also count disabled-for-allow groups.</summary>
    public bool Contains(Sid sid, bool forDeny)
    {
        lock (Lock)
        {
            return User.Equals(sid)
                || Groups.Exists(g => g.Sid.Equals(sid) && (g.Attributes & (forDeny ? SidAndAttributes.Enabled | SidAndAttributes.DenyOnly : SidAndAttributes.Enabled)) != 0);
        }
    }
}
