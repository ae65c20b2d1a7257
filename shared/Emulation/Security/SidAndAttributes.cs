namespace PortableVirt.Emulation.Security;

/// <summary>A SID of a token with its SE_GROUP_ attributes (winnt.h).</summary>
/// <param name="Sid">The SID.</param>
/// <param name="Attributes">SE_GROUP_ bits.</param>
public readonly record struct SidAndAttributes(Sid Sid, uint Attributes)
{
    /// <summary>SE_GROUP_MANDATORY: cannot be disabled.</summary>
    public const uint Mandatory = 0x1;

    /// <summary>SE_GROUP_ENABLED_BY_DEFAULT.</summary>
    public const uint EnabledByDefault = 0x2;

    /// <summary>SE_GROUP_ENABLED.</summary>
    public const uint Enabled = 0x4;

    /// <summary>SE_GROUP_OWNER: may be the owner of objects.</summary>
    public const uint Owner = 0x8;

    /// <summary>SE_GROUP_USE_FOR_DENY_ONLY.</summary>
    public const uint DenyOnly = 0x10;

    /// <summary>SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED.</summary>
    public const uint Integrity = 0x60;

    /// <summary>SE_GROUP_LOGON_ID.</summary>
    public const uint LogonId = 0xc0000000;
}
