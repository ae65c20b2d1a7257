namespace PortableVirt.Emulation.Security;

/// <summary>The TOKEN_ access rights (winnt.h).</summary>
internal static class TokenAccess
{
    public const uint AssignPrimary = 0x1;
    public const uint Duplicate = 0x2;
    public const uint Impersonate = 0x4;
    public const uint Query = 0x8;
    public const uint QuerySource = 0x10;
    public const uint AdjustPrivileges = 0x20;
    public const uint AdjustGroups = 0x40;
    public const uint AdjustDefault = 0x80;
}
