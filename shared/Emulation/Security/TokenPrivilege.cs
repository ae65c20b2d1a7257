namespace PortableVirt.Emulation.Security;

/// <summary>A privilege of a token.</summary>
/// <param name="Luid">Its LUID: a small constant number ([MS-LSAD] 3.1.1.2.1).</param>
/// <param name="Attributes">SE_PRIVILEGE_ bits.</param>
public readonly record struct TokenPrivilege(ulong Luid, uint Attributes)
{
    /// <summary>SE_PRIVILEGE_ENABLED_BY_DEFAULT.</summary>
    public const uint EnabledByDefault = 0x1;

    /// <summary>SE_PRIVILEGE_ENABLED.</summary>
    public const uint Enabled = 0x2;

    /// <summary>SE_PRIVILEGE_REMOVED.</summary>
    public const uint Removed = 0x4;

    /// <summary>SeSecurityPrivilege.</summary>
    public const ulong Security = 8;

    /// <summary>SeTakeOwnershipPrivilege.</summary>
    public const ulong TakeOwnership = 9;

    /// <summary>SeShutdownPrivilege.</summary>
    public const ulong Shutdown = 19;

    /// <summary>SeChangeNotifyPrivilege.</summary>
    public const ulong ChangeNotify = 23;

    /// <summary>SeUndockPrivilege.</summary>
    public const ulong Undock = 25;

    /// <summary>SeIncreaseWorkingSetPrivilege.</summary>
    public const ulong IncreaseWorkingSet = 33;

    /// <summary>SeTimeZonePrivilege.</summary>
    public const ulong TimeZone = 34;
}
